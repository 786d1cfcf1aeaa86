import { WaitQueue } from '../waiting/wait-queue.ts';
import type { Inbox } from './inbox.ts';

/**
 * Where the results of a stage go: the inbox of the next one, which may change while they flow. While it is held
 * nothing passes; what was put waits, in order, for the new target.
 */
export class Outlet<T> {
  #target: Inbox<T>;
  #isHeld = false;
  #isEnded = false;
  readonly #waitingForRelease = new WaitQueue<void, undefined>();

  constructor(target: Inbox<T>) {
    this.#target = target;
  }

  get target(): Inbox<T> {
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
    return !this.#isHeld && this.#target.channel.trySend(value);
  }

  /** Resolves when the value has passed, or was dropped because the target is cancelled. Never rejects. */
  async put(value: T): Promise<void> {
    // Nothing may be awaited between this and the target's count: a hold that began there would miss the value.
    while (this.#isHeld) await this.release();
    await this.#target.put(value);
  }

  /** From now on nothing passes. */
  hold(): void {
    this.#isHeld = true;
  }

  /** From now on values go there; ends a hold. */
  redirect(target: Inbox<T>): void {
    this.#target = target;
    this.#isHeld = false;
    this.#waitingForRelease.grantAll();
  }

  /** Resolves at the end of the hold that is on; by then it may be held again. */
  release(): Promise<void> {
    return this.#waitingForRelease.wait(undefined);
  }

  /** Closes the target behind the last value, after a hold if there is one. Idempotent. */
  async end(): Promise<void> {
    while (this.#isHeld) await this.release();
    this.#isEnded = true;
    this.#target.channel.close();
  }
}
