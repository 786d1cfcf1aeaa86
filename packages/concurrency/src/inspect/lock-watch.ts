import { type Hold, Holds } from './holds.ts';
import type { LockMode, LockObserver, ObservableLock } from './observe.ts';
import type { Judgement, Obstacle, Wait, WatchedResource } from './wait.ts';
import type { TaskContext } from './watched-task.ts';

/** Told of waits as they begin and end. */
export interface WaitLog extends TaskContext {
  now(): number;
  began(wait: Wait): void;
  over(wait: Wait): void;
  /** It may go on, unseen. */
  lost(wait: Wait): void;
}

/**
 * Who holds a lock and who waits for it, as far as known tasks go. Permits and waits of others are not recorded:
 * whoever they are, they may move.
 */
export class LockWatch implements LockObserver, WatchedResource {
  readonly #name: string;
  readonly #lock: ObservableLock;
  readonly #log: WaitLog;
  readonly #holds = new Holds();
  /** In the order they joined. */
  readonly #line = new Map<object, LockWait>();

  constructor(name: string, lock: ObservableLock, log: WaitLog) {
    this.#name = name;
    this.#lock = lock;
    this.#log = log;
  }

  acquired(permit: object, weight: number, mode: LockMode): void {
    const task = this.#holds.taskOf(permit) ?? this.#log.current;
    if (task !== undefined) this.#holds.put(permit, task, weight, mode);
  }

  released(permit: object): void {
    this.#holds.remove(permit);
  }

  blocked(waiter: object, weight: number, mode: LockMode): void {
    const task = this.#log.current;
    if (task === undefined) return;
    const wait: LockWait = {
      task,
      weight,
      mode,
      resource: this.#name,
      sinceMs: this.#log.now(),
      obstacles: (judgement) => this.#obstacles(wait, judgement),
    };
    this.#line.set(waiter, wait);
    this.#log.began(wait);
  }

  unblocked(waiter: object, permit?: object): void {
    const wait = this.#line.get(waiter);
    if (wait === undefined) return;
    this.#line.delete(waiter);
    if (permit !== undefined) this.#holds.put(permit, wait.task, wait.weight, wait.mode);
    this.#log.over(wait);
  }

  /** Forgets who holds it and who waits. */
  clear(): void {
    for (const wait of this.#line.values()) this.#log.lost(wait);
    this.#line.clear();
    this.#holds.clear();
  }

  servable(judgement: Judgement): Wait[] {
    const servable: Wait[] = [];
    let isAheadStuck = false;
    for (const wait of this.#line.values()) {
      const isBlocked = this.#isHeldUp(wait, judgement) || (isAheadStuck && wait.mode !== 'upgrade');
      if (!isBlocked) servable.push(wait);
      isAheadStuck ||= judgement.isStuckWait(wait);
    }
    return servable;
  }

  #obstacles(wait: LockWait, judgement: Judgement): Obstacle[] {
    const holds = this.#isHeldUp(wait, judgement) ? this.#holdsInTheWay(wait, judgement) : [];
    const obstacles: Obstacle[] = holds.map(({ task }) => ({ task, how: 'held by' }));
    if (wait.mode === 'upgrade') return obstacles;
    for (const other of this.#line.values()) {
      if (other === wait) break;
      if (judgement.isStuckWait(other)) obstacles.push({ task: other.task, how: 'behind' });
    }
    return obstacles;
  }

  /** Whether what stuck tasks hold leaves too little for the wait, for as long as they are stuck. */
  #isHeldUp(wait: LockWait, judgement: Judgement): boolean {
    const inTheWay = this.#holdsInTheWay(wait, judgement);
    if (wait.mode !== 'units') return inTheWay.length > 0;
    const units = inTheWay.reduce((sum, { weight }) => sum + weight, 0);
    // Of a lock that does not say its capacity, nothing is known: NaN is not less.
    return Number(this.#lock.capacity) - units < wait.weight;
  }

  #holdsInTheWay({ task, mode }: LockWait, judgement: Judgement): Hold[] {
    return this.#holds.list().filter((hold) => {
      if (!judgement.isStuck(hold.task)) return false;
      if (mode === 'shared') return hold.mode !== 'shared';
      // The permit that is being upgraded is not in its own way.
      return mode !== 'upgrade' || hold.task !== task;
    });
  }
}

interface LockWait extends Wait, Hold {}
