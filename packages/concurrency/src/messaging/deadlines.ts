import type { CancelTimer, Clock } from '../time/clock.ts';
import { Waiter, WaitQueue } from '../waiting/wait-queue.ts';

/** Somebody with a deadline, by the clock; leaving the line lifts it. */
export type Deadline = Waiter<void, number>;

/** Deadlines that are all the same time away when they are set: the first set is the first due. */
interface Line {
  readonly queue: WaitQueue<void, number>;
  /** Runs for the first in line. */
  cancelTimer: CancelTimer;
}

/**
 * Many deadlines with few timers: one for each length of time in use, however many wait. Setting and lifting a
 * deadline take constant time; no timer runs while nobody waits.
 */
export class Deadlines {
  readonly #clock: Clock;
  /** By length in milliseconds; never empty. */
  readonly #lines = new Map<number, Line>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls back in `timeoutMs`, unless it is lifted before. */
  set(timeoutMs: number, onDue: () => void): Deadline {
    const deadline = new Waiter<void, number>(this.#clock.now() + timeoutMs, onDue, onDue);
    const line = this.#lines.get(timeoutMs) ?? this.#open(timeoutMs);
    line.queue.add(deadline);
    return deadline;
  }

  /** Lifts a deadline that was set with this length. */
  lift(deadline: Deadline, timeoutMs: number): void {
    deadline.leave();
    const line = this.#lines.get(timeoutMs);
    if (line === undefined || line.queue.size > 0) return;
    line.cancelTimer();
    this.#lines.delete(timeoutMs);
  }

  #open(timeoutMs: number): Line {
    const line: Line = {
      queue: new WaitQueue(),
      cancelTimer: this.#clock.timer(timeoutMs, () => this.#fire(timeoutMs, line)),
    };
    this.#lines.set(timeoutMs, line);
    return line;
  }

  #fire(timeoutMs: number, line: Line): void {
    const { queue } = line;
    const nowMs = this.#clock.now();
    const due: Deadline[] = [];
    for (let next = queue.first; next !== undefined && next.ask <= nowMs; next = queue.first) {
      next.leave();
      due.push(next);
    }
    if (queue.first === undefined) this.#lines.delete(timeoutMs);
    else line.cancelTimer = this.#clock.timer(queue.first.ask - nowMs, () => this.#fire(timeoutMs, line));
    // Last: what is called back may set and lift others.
    for (const deadline of due) deadline.grant();
  }
}
