/** Milliseconds to wait after the given number of failed attempts (1 = the first attempt failed). */
export type Backoff = (failedAttempts: number) => number;

/** Shape of {@link exponentialBackoff}. */
export interface ExponentialBackoffOptions {
  /** Before the second attempt. */
  readonly firstDelayMs: number;
  /** Each wait is this many times the one before. Default 2. */
  readonly factor?: number;
  /** No wait is longer. Default 30 000. */
  readonly maxDelayMs?: number;
  /** Share of each wait that is left to chance, 0 (none) to 1 (anything from 0 to the full wait). Default 0.5. */
  readonly jitter01?: number;
  /** A number from 0 to below 1. Default Math.random. */
  readonly random?: () => number;
}

/** Waits that grow by a factor up to a limit, shortened by chance so that many callers do not return together. */
export function exponentialBackoff(options: ExponentialBackoffOptions): Backoff {
  const { firstDelayMs, factor = 2, maxDelayMs = 30_000, jitter01 = 0.5, random = Math.random } = options;
  return (failedAttempts) => {
    const fullMs = Math.min(maxDelayMs, firstDelayMs * factor ** Math.max(0, failedAttempts - 1));
    return fullMs * (1 - jitter01 * random());
  };
}
