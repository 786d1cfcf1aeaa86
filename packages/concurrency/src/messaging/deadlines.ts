import type { CancelTimer, Clock } from '../time/clock.ts';

/** Somebody with a deadline, who carries their own place in line; the fields belong to {@link Deadlines}. */
export interface Expiring {
  /** By the clock. */
  dueAtMs: number;
  /** `undefined` while there is no deadline. */
  line: DeadlineLine | undefined;
  nextDue: Expiring | undefined;
  previousDue: Expiring | undefined;
  /** The deadline has come. */
  expire(): void;
}

/** Deadlines that were all the same time away when they were set: the first set is the first due. Never empty. */
export interface DeadlineLine {
  readonly timeoutMs: number;
  first: Expiring | undefined;
  last: Expiring | undefined;
  /** Ends the timer for the first in line. */
  cancelTimer: CancelTimer;
}

/**
 * Many deadlines with few timers: one for each length of time in use, however many wait. Setting and lifting a
 * deadline take constant time; no timer runs while nobody waits.
 */
export class Deadlines {
  readonly #clock: Clock;
  /** By length in milliseconds. */
  readonly #lines = new Map<number, DeadlineLine>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** It expires in `timeoutMs`, unless lifted before. It must not have a deadline. */
  set(entry: Expiring, timeoutMs: number): void {
    const line = this.#lines.get(timeoutMs) ?? this.#open(timeoutMs);
    const { last } = line;
    entry.dueAtMs = this.#clock.now() + timeoutMs;
    entry.line = line;
    entry.previousDue = last;
    if (last === undefined) line.first = entry;
    else last.nextDue = entry;
    line.last = entry;
  }

  /** It will not expire. Harmless when it has no deadline. */
  lift(entry: Expiring): void {
    const { line } = entry;
    if (line === undefined) return;
    unlink(entry, line);
    if (line.first !== undefined) return;
    line.cancelTimer();
    this.#lines.delete(line.timeoutMs);
  }

  #open(timeoutMs: number): DeadlineLine {
    const cancelTimer = this.#clock.timer(timeoutMs, () => this.#fire(line));
    const line: DeadlineLine = { timeoutMs, first: undefined, last: undefined, cancelTimer };
    this.#lines.set(timeoutMs, line);
    return line;
  }

  #fire(line: DeadlineLine): void {
    const nowMs = this.#clock.now();
    const due: Expiring[] = [];
    for (let entry = line.first; entry !== undefined && entry.dueAtMs <= nowMs; entry = line.first) {
      unlink(entry, line);
      due.push(entry);
    }
    if (line.first === undefined) this.#lines.delete(line.timeoutMs);
    else line.cancelTimer = this.#clock.timer(line.first.dueAtMs - nowMs, () => this.#fire(line));
    // Last: those who expire may set and lift others.
    for (const entry of due) entry.expire();
  }
}

function unlink(entry: Expiring, line: DeadlineLine): void {
  const { nextDue, previousDue } = entry;
  if (previousDue === undefined) line.first = nextDue;
  else previousDue.nextDue = nextDue;
  if (nextDue === undefined) line.last = previousDue;
  else nextDue.previousDue = previousDue;
  entry.line = undefined;
  entry.nextDue = undefined;
  entry.previousDue = undefined;
}
