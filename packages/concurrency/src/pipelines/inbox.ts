import { Channel } from '../channels/channel.ts';
import { WaitQueue } from '../waiting/wait-queue.ts';

/** What waits in front of a stage, or for the reader: a channel that knows who is still on the way into it. */
export class Inbox<T> {
  readonly channel: Channel<T>;
  /** Values that wait for room, whichever outlet they come from. */
  #arriving = 0;
  readonly #waitingForThem = new WaitQueue<void, undefined>();

  /** @throws RangeError when the capacity is not a whole number from 0. */
  constructor(capacity: number) {
    this.channel = new Channel(capacity);
  }

  /** Resolves when the value is in. Never rejects: a cancelled channel means that nobody wants it any more. */
  async put(value: T): Promise<void> {
    this.#arriving++;
    await this.channel.send(value).catch(() => undefined);
    this.#arriving--;
    if (this.#arriving === 0) this.#waitingForThem.grantAll();
  }

  /** Resolves when nobody waits for room. */
  settled(): Promise<void> {
    return this.#arriving === 0 ? Promise.resolve() : this.#waitingForThem.wait(undefined);
  }
}
