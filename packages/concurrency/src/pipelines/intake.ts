import type { ReadableChannel } from '../channels/ports.ts';
import type { Outlet } from './outlet.ts';

/** What a pipeline can read: a channel, or anything that can be looped over. */
export type PipelineSource<T> = AsyncIterable<T> | Iterable<T> | ReadableChannel<T>;

/** Moves items from a source into a pipeline, asking for one only when the one before has been taken in. */
export interface Intake {
  /** Resolves when the source has ended, `finish` or `cancel` was called. @throws what the source throws. */
  run(): Promise<void>;
  /** Takes nothing more. An item that the source has already been asked for is still taken in. */
  finish(): void;
  /** Takes nothing more and tells the source so; waits for its clean-up, unless it has yet to give an item. */
  cancel(): Promise<void>;
}

export function createIntake<T>(source: PipelineSource<T>, outlet: Outlet<T>): Intake {
  return isChannel(source) ? new ChannelIntake(source, outlet) : new IterableIntake(source, outlet);
}

function isChannel<T>(source: PipelineSource<T>): source is ReadableChannel<T> {
  return 'tryReceive' in source && 'cancel' in source;
}

/** A channel gives up at once and loses nothing by it: who waits in its line can leave it. */
class ChannelIntake<T> implements Intake {
  readonly #channel: ReadableChannel<T>;
  readonly #outlet: Outlet<T>;
  readonly #stop = new AbortController();

  constructor(channel: ReadableChannel<T>, outlet: Outlet<T>) {
    this.#channel = channel;
    this.#outlet = outlet;
  }

  async run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const next = this.#channel.tryReceive() ?? (await this.#receive());
      if (next === undefined || next.done === true) return;
      if (!this.#outlet.tryPut(next.value)) await this.#outlet.put(next.value);
    }
  }

  finish(): void {
    this.#stop.abort();
  }

  cancel(): Promise<void> {
    this.#stop.abort();
    this.#channel.cancel();
    return Promise.resolve();
  }

  #receive() {
    // Nothing but the signal rejects it.
    return this.#channel.receive(this.#stop.signal).catch(() => undefined);
  }
}

class IterableIntake<T> implements Intake {
  readonly #iterator: AsyncIterator<T> | Iterator<T>;
  readonly #outlet: Outlet<T>;
  #isStopped = false;
  #isDone = false;
  /** It has been asked and has not answered. */
  #isAsking = false;

  constructor(source: AsyncIterable<T> | Iterable<T>, outlet: Outlet<T>) {
    this.#iterator =
      Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
    this.#outlet = outlet;
  }

  async run(): Promise<void> {
    while (!this.#isStopped) {
      const next = await this.#ask();
      if (next.done === true) return;
      if (!this.#outlet.tryPut(next.value)) await this.#outlet.put(next.value);
    }
    await this.cancel();
  }

  finish(): void {
    this.#isStopped = true;
  }

  async cancel(): Promise<void> {
    this.#isStopped = true;
    if (this.#isDone) return;
    this.#isDone = true;
    const cleanUp = Promise.resolve(this.#iterator.return?.());
    if (this.#isAsking) cleanUp.catch(() => undefined);
    else await cleanUp;
  }

  async #ask(): Promise<IteratorResult<T>> {
    this.#isAsking = true;
    try {
      const next = await this.#iterator.next();
      if (next.done === true) this.#isDone = true;
      return next;
    } catch (error) {
      // A source that has thrown is over.
      this.#isDone = true;
      throw error;
    } finally {
      this.#isAsking = false;
    }
  }
}
