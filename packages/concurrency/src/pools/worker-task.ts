import { type AbortTarget, AbortWatch } from '../waiting/abort-watch.ts';
import type { PriorityLevel, Prioritised } from './priority-queue.ts';

/** A submitted input on its way through a pool, and those who settle its promise. */
export class WorkerTask<I, O> implements Prioritised<WorkerTask<I, O>>, AbortTarget {
  readonly input: I;
  readonly priority: number;
  readonly sequence: number;
  readonly signal: AbortSignal | undefined;
  next: WorkerTask<I, O> | undefined = undefined;
  previous: WorkerTask<I, O> | undefined = undefined;
  level: PriorityLevel<WorkerTask<I, O>> | undefined = undefined;
  #watch: AbortWatch | undefined = undefined;
  #onAborted: (() => (() => void) | undefined) | undefined = undefined;
  readonly #resolve: (output: O | PromiseLike<O>) => void;
  readonly #reject: (reason: unknown) => void;

  constructor(
    input: I,
    priority: number,
    sequence: number,
    signal: AbortSignal | undefined,
    resolve: (output: O | PromiseLike<O>) => void,
    reject: (reason: unknown) => void,
  ) {
    this.input = input;
    this.priority = priority;
    this.sequence = sequence;
    this.signal = signal;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /**
   * Rejects as soon as the signal aborts, unless settled before, then calls back; what that returns runs when all
   * who share the signal have been told.
   */
  obey(signal: AbortSignal, onAborted: () => (() => void) | undefined): void {
    this.#onAborted = onAborted;
    this.#watch = new AbortWatch(signal, this);
  }

  abort(reason: unknown): (() => void) | undefined {
    this.#reject(reason);
    return this.#onAborted?.();
  }

  succeed(output: O): void {
    this.#watch?.end();
    this.#resolve(output);
  }

  fail(reason: unknown): void {
    this.#watch?.end();
    this.#reject(reason);
  }
}
