/** The channel holds as much as it may and its overflow strategy is `error`: this value was not accepted. */
export class ChannelFullError extends Error {
  override readonly name = 'ChannelFullError';
  readonly code = 'channel_full';
  /** Values the channel may hold. */
  readonly capacity: number;

  constructor(capacity: number) {
    super(`the channel is full: it holds ${capacity} values`);
    this.capacity = capacity;
  }
}
