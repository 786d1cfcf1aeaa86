/**
 * The channel takes no more values: this one was not accepted.
 *
 * @example
 * ```ts
 * import { Channel, ChannelClosedError } from '@zaphub/concurrency';
 *
 * const channel = new Channel<number>(1);
 * channel.close();
 * const end = await channel.send(1).catch((error: unknown) => error);
 * if (!(end instanceof ChannelClosedError)) throw new Error('it is closed');
 * ```
 */
export class ChannelClosedError extends Error {
  override readonly name = 'ChannelClosedError';
  readonly code = 'channel_closed';

  constructor() {
    super('the channel is closed');
  }
}
