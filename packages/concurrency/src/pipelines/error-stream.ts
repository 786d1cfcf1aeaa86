import { Channel } from '../channels/channel.ts';
import type { Received } from '../channels/ports.ts';
import type { StageFailure } from './stage-failure.ts';

/** Settings of an {@link ErrorStream}. */
export interface ErrorStreamOptions {
  /** Failures it holds for its reader; a whole number from 1. Default 100. */
  readonly capacity?: number;
  /**
   * What happens when it is full. `drop-oldest`: the oldest failure makes room and is counted in `dropped`, so that
   * nobody need read it. `block`: the failing stage waits until there is room, so that none is lost; then it must be
   * read while the pipeline runs. Default `drop-oldest`.
   */
  readonly whenFull?: 'block' | 'drop-oldest';
}

/**
 * The failures of a pipeline, in the order in which items were given up, each to one reader. Holds at most
 * `capacity`; ends after the last one when the pipeline has ended. Leaving a loop over it leaves it open.
 */
export class ErrorStream<Failure extends StageFailure = StageFailure> implements AsyncIterable<
  Failure,
  undefined
> {
  readonly #channel: Channel<Failure>;
  #total = 0;
  /** Came too late for anybody. */
  #late = 0;

  /** @throws RangeError when the capacity is not a whole number from 1. */
  constructor({ capacity = 100, whenFull = 'drop-oldest' }: ErrorStreamOptions = {}) {
    if (capacity === 0) throw new RangeError('capacity must be a whole number from 1, not 0');
    this.#channel = new Channel(capacity, { overflow: whenFull });
  }

  /** Failures held for the reader. */
  get size(): number {
    return this.#channel.size;
  }

  /** Failures so far, read, held or dropped. */
  get total(): number {
    return this.#total;
  }

  /** Failures that nobody can read any more, because the stream was full or closed. */
  get dropped(): number {
    return this.#channel.dropped + this.#late;
  }

  /** The next failure, waiting for one if need be; `done` when the pipeline has ended and all have been read. */
  receive(signal?: AbortSignal): Promise<Received<Failure>> {
    return this.#channel.receive(signal);
  }

  /** The next failure if there is one now, `done` after the last, else `undefined`. */
  tryReceive(): Received<Failure> | undefined {
    return this.#channel.tryReceive();
  }

  /** Called by the pipeline. A promise when it must wait for room; it never rejects. */
  add(failure: Failure): Promise<void> | undefined {
    this.#total++;
    if (this.#channel.trySend(failure)) return undefined;
    return this.#channel.send(failure).catch(() => void this.#late++);
  }

  /** Called by the pipeline when no failure can come any more. What is held can still be read. */
  close(): void {
    this.#channel.close();
  }

  [Symbol.asyncIterator](): AsyncIterator<Failure, undefined> {
    return this.#channel[Symbol.asyncIterator]();
  }
}
