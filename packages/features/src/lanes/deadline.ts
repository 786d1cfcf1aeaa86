/** The end of the time in which rows of a claim may be sent. */
export interface Deadline {
  /** An instant of `performance.now()`. */
  readonly atMs: number;
  isOver(): boolean;
}

/**
 * A deadline `ms` from now by the monotonic clock and by the wall clock, whichever is sooner: the monotonic clock
 * stands still while a machine sleeps, and the wall clock may be set back.
 */
export function createDeadline(ms: number): Deadline {
  const atMs = performance.now() + ms;
  const wallMs = Date.now() + ms;
  return { atMs, isOver: () => performance.now() > atMs || Date.now() > wallMs };
}
