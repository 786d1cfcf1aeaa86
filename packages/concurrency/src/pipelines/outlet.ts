import type { Channel } from '../channels/channel.ts';
import { WaitQueue } from '../waiting/wait-queue.ts';

/**
 * Where the results of a stage go: the channel in front of the next one, which may change while they flow. While
 * it is held nothing passes; what was put waits, in order, for the new target. Loses nothing but what is put after
 * its target was cancelled.
 */
export class Outlet<T> {
  #target: Channel<T>;
  #isHeld = false;
  #isEnded = false;
  /** Values waiting for room in the target. */
  #pending = 0;
  /** Those who wait for a change of the fields above. */
  readonly #changes = new WaitQueue<void, undefined>();

  constructor(target: Channel<T>) {
    this.#target = target;
  }

  get target(): Channel<T> {
    return this.#target;
  }

  get isHeld(): boolean {
    return this.#isHeld;
  }

  /** Whether it has closed its target: nothing will pass any more. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Whether the value could pass without waiting. */
  tryPut(value: T): boolean {
    return !this.#isHeld && this.#target.trySend(value);
  }

  /** Resolves when the value has passed. Never rejects: a cancelled target means that nobody wants it any more. */
  async put(value: T): Promise<void> {
    // No `await` may come between this and the count: a hold that begins in between would not wait for the value.
    while (this.#isHeld) await this.changed();
    this.#pending++;
    await this.#target.send(value).catch(() => undefined);
    this.#pending--;
    this.#changes.grantAll();
  }

  /** Lets nothing more pass; resolves when nothing is on its way to the target any more. */
  async hold(): Promise<void> {
    this.#isHeld = true;
    while (this.#pending > 0) await this.changed();
  }

  /** Resolves after the next change: something passed, a hold ended. */
  changed(): Promise<void> {
    return this.#changes.wait(undefined);
  }

  /** From now on values go there; ends a hold. */
  redirect(target: Channel<T>): void {
    this.#target = target;
    this.#isHeld = false;
    this.#changes.grantAll();
  }

  /** Closes the target behind the last value, after a hold if there is one. Idempotent. */
  async end(): Promise<void> {
    while (this.#isHeld) await this.changed();
    this.#isEnded = true;
    this.#target.close();
  }
}
