/** The rate limiter was closed before its turn came: nothing was taken. */
export class RateLimiterClosedError extends Error {
  override readonly name = 'RateLimiterClosedError';
  readonly code = 'rate_limiter_closed';

  constructor() {
    super('the rate limiter is closed');
  }
}
