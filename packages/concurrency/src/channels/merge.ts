import { accepted } from './accepted.ts';
import { joinReceivers, type LeaveLine, type ReadableChannel, type Received } from './ports.ts';
import { soleReader, waitToReceive } from './receiving.ts';

/**
 * Several channels read as one. Values of one input keep their order; inputs that have values take turns. It holds
 * nothing itself: a value leaves its input when a reader takes it, so the inputs' own capacities hold the senders
 * back and an abort loses nothing.
 *
 * It ends when every input is closed and empty. Leaving its `for await` loop, or `cancel`, cancels every input.
 *
 * @example
 * ```ts
 * import { Channel, merge } from '@zaphub/concurrency';
 *
 * const left = new Channel<number>(2);
 * const right = new Channel<number>(2);
 * await left.send(1);
 * await right.send(2);
 * left.close();
 * right.close();
 * const seen: number[] = [];
 * for await (const n of merge([left, right])) seen.push(n);
 * if (seen.join() !== '1,2') throw new Error('both inputs are read to their end');
 * ```
 */
export function merge<T>(inputs: Iterable<ReadableChannel<T>>): Merged<T> {
  return new Merged(inputs);
}

/** Made by {@link merge}. */
export class Merged<T> implements ReadableChannel<T> {
  /** Those that have not ended, as far as was seen. */
  readonly #inputs: ReadableChannel<T>[];
  /** Whose turn it is. */
  #next = 0;

  constructor(inputs: Iterable<ReadableChannel<T>>) {
    this.#inputs = [...inputs];
  }

  /** Whether every input is closed. */
  get isClosed(): boolean {
    return this.#inputs.every((input) => input.isClosed);
  }

  receive(signal?: AbortSignal): Promise<Received<T>> {
    if (signal !== undefined && signal.aborted) return Promise.reject(signal.reason);
    const ready = this.tryReceive();
    return ready === undefined ? waitToReceive(this, signal) : Promise.resolve(ready);
  }

  tryReceive(): Received<T> | undefined {
    const inputs = this.#inputs;
    for (let left = inputs.length; left > 0; left--) {
      if (this.#next >= inputs.length) this.#next = 0;
      const result = inputs[this.#next]?.tryReceive();
      if (result?.done === true) {
        inputs.splice(this.#next, 1);
        continue;
      }
      this.#next++;
      if (result !== undefined) return result;
    }
    return inputs.length === 0 ? { done: true, value: undefined } : undefined;
  }

  /** Cancels every input, which ends it. Idempotent. */
  cancel(): void {
    for (const input of this.#inputs) input.cancel();
  }

  [Symbol.asyncIterator](): AsyncIterator<T, undefined> {
    return soleReader(this, () => this.receive());
  }

  /** Cancels. */
  [Symbol.asyncDispose](): Promise<void> {
    this.cancel();
    return accepted;
  }

  /** Stands in line at every input; the first that has a value takes it out of the other lines. */
  [joinReceivers](onResult: (result: Received<T>) => void): LeaveLine {
    const lines: LeaveLine[] = [];
    let open = this.#inputs.length;
    const leaveAll = (): void => {
      for (const leave of lines) leave();
    };
    const onInput = (result: Received<T>): void => {
      if (result.done === true && --open > 0) return;
      leaveAll();
      onResult(result);
    };
    for (const input of this.#inputs) lines.push(input[joinReceivers](onInput));
    return leaveAll;
  }
}
