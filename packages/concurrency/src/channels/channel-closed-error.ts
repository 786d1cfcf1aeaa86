/** The channel takes no more values: this one was not accepted. */
export class ChannelClosedError extends Error {
  override readonly name = 'ChannelClosedError';
  readonly code = 'channel_closed';

  constructor() {
    super('the channel is closed');
  }
}
