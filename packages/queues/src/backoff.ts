/** How long a failed job waits before it is tried again: `firstDelayMs × factor^(failures − 1)`. */
export interface Backoff {
  /** Milliseconds before the second attempt. */
  readonly firstDelayMs: number;
  /** Each later wait is this many times the one before. */
  readonly factor: number;
}

/** Milliseconds to wait after the given number of failed attempts (1 = the first attempt failed). */
export function backoffDelayMs(backoff: Backoff, failedAttempts: number): number {
  return Math.round(backoff.firstDelayMs * backoff.factor ** Math.max(0, failedAttempts - 1));
}
