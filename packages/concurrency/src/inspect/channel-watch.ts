import type { WaitLog } from './lock-watch.ts';
import type { ChannelObserver, ChannelSide } from './observe.ts';
import type { Judgement, Obstacle, Wait, WatchedResource } from './wait.ts';
import type { WatchedTask } from './watched-task.ts';

/** Everybody who uses an end of a channel. An end that is not declared may be used by anybody. */
export interface ChannelParties {
  /** All that ever send. */
  readonly senders?: readonly WatchedTask[];
  /** All that ever receive. */
  readonly receivers?: readonly WatchedTask[];
}

/** Which known tasks wait at a channel. A wait is in vain when all who use the other end are stuck or have ended. */
export class ChannelWatch implements ChannelObserver, WatchedResource {
  readonly #name: string;
  readonly #parties: ChannelParties;
  readonly #log: WaitLog;
  readonly #waits = new Map<object, ChannelWait>();

  constructor(name: string, parties: ChannelParties, log: WaitLog) {
    this.#name = name;
    this.#parties = parties;
    this.#log = log;
  }

  sent(): void {}

  received(): void {}

  dropped(): void {}

  blocked(waiter: object, side: ChannelSide): void {
    const task = this.#log.current;
    if (task === undefined) return;
    const others = side === 'receive' ? this.#parties.senders : this.#parties.receivers;
    const how = side === 'receive' ? 'fed by' : 'drained by';
    const obstacles = others?.map((task): Obstacle => ({ task, how })) ?? [];
    const wait: ChannelWait = {
      task,
      others,
      resource: this.#name,
      sinceMs: this.#log.now(),
      obstacles: () => obstacles,
    };
    this.#waits.set(waiter, wait);
    this.#log.began(wait);
  }

  unblocked(waiter: object): void {
    const wait = this.#waits.get(waiter);
    if (wait === undefined) return;
    this.#waits.delete(waiter);
    this.#log.over(wait);
  }

  /** Forgets who waits. */
  clear(): void {
    for (const wait of this.#waits.values()) this.#log.lost(wait);
    this.#waits.clear();
  }

  servable(judgement: Judgement): Wait[] {
    return [...this.#waits.values()].filter(
      ({ others }) => others?.every((task) => task.hasEnded || judgement.isStuck(task)) !== true,
    );
  }
}

interface ChannelWait extends Wait {
  /** Who could serve it; `undefined` when that may be anybody. */
  readonly others: readonly WatchedTask[] | undefined;
}
