/** As many requests as allowed wait for an answer: this one was not sent. */
export class TooManyRequestsError extends Error {
  override readonly name = 'TooManyRequestsError';
  readonly code = 'too_many_requests';

  constructor(maxPending: number) {
    super(`${maxPending} requests are waiting for a reply already`);
  }
}
