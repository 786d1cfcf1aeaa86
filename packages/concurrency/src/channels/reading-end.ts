import { accepted } from './accepted.ts';
import type { Channel } from './channel.ts';
import { joinReceivers, type LeaveLine, type ReadableChannel, type Received } from './ports.ts';
import { soleReader } from './receiving.ts';

/** The end that one reader has of a channel that something else fills. Leaving its `for await` loop cancels it. */
export abstract class ReadingEnd<T> implements ReadableChannel<T> {
  /** What is ready for the reader. */
  protected readonly output: Channel<T>;

  constructor(output: Channel<T>) {
    this.output = output;
  }

  /** Values ready to be received. */
  get size(): number {
    return this.output.size;
  }

  get isClosed(): boolean {
    return this.output.isClosed;
  }

  receive(signal?: AbortSignal): Promise<Received<T>> {
    return this.output.receive(signal);
  }

  tryReceive(): Received<T> | undefined {
    return this.output.tryReceive();
  }

  abstract cancel(): void;

  [Symbol.asyncIterator](): AsyncIterator<T, undefined> {
    return soleReader(this, () => this.receive());
  }

  /** Cancels. */
  [Symbol.asyncDispose](): Promise<void> {
    this.cancel();
    return accepted;
  }

  [joinReceivers](onResult: (result: Received<T>) => void): LeaveLine {
    return this.output[joinReceivers](onResult);
  }
}
