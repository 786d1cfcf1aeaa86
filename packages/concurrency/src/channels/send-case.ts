import type { WritableChannel } from './ports.ts';

/** A value that `select` sends, should its channel be the first to take it; made by {@link sendTo}. */
export class SendCase {
  readonly channel: WritableChannel<unknown>;
  readonly value: unknown;

  constructor(channel: WritableChannel<unknown>, value: unknown) {
    this.channel = channel;
    this.value = value;
  }
}

/**
 * A case of `select`: send this value to this channel.
 *
 * @example
 * ```ts
 * import { Channel, select, sendTo } from '@zaphub/concurrency';
 *
 * const results = new Channel<string>(1);
 * const cancelled = new Channel<void>(0);
 * const { name } = await select({ sent: sendTo(results, 'done'), cancelled });
 * if (name !== 'sent') throw new Error('there was room');
 * ```
 */
export function sendTo<T>(channel: WritableChannel<T>, value: T): SendCase {
  return new SendCase(channel, value);
}
