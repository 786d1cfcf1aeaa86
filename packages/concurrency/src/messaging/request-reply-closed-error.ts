/** No answer will come: the requests and replies were closed. */
export class RequestReplyClosedError extends Error {
  override readonly name = 'RequestReplyClosedError';
  readonly code = 'request_reply_closed';

  constructor() {
    super('requests and replies are closed');
  }
}
