/** Nobody answered the request in time; an answer that comes later is dropped. */
export class RequestTimeoutError extends Error {
  override readonly name = 'RequestTimeoutError';
  readonly code = 'request_timeout';

  constructor(timeoutMs: number) {
    super(`no reply within ${timeoutMs} ms`);
  }
}
