import type { Received } from './ports.ts';

/**
 * A value on its way to many readers. They share what they are given, the promise too: with a hundred subscribers
 * that is one object a value instead of a hundred.
 */
export class Delivery<T> {
  readonly result: Received<T>;
  #promise: Promise<Received<T>> | undefined = undefined;

  constructor(value: T) {
    this.result = { done: false, value };
  }

  /** Resolved with the result. */
  get promise(): Promise<Received<T>> {
    return (this.#promise ??= Promise.resolve(this.result));
  }
}
