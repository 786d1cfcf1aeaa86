/**
 * The channel holds as much as it may and its overflow strategy is `error`: this value was not accepted.
 *
 * @example
 * ```ts
 * import { Channel, ChannelFullError } from '@zaphub/concurrency';
 *
 * const channel = new Channel<number>(1, { overflow: 'error' });
 * await channel.send(1);
 * const end = await channel.send(2).catch((error: unknown) => error);
 * if (!(end instanceof ChannelFullError)) throw new Error('it is full');
 * ```
 */
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
