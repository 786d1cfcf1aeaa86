import type { PriorityLevel, Prioritised } from './priority-queue.ts';

/** A submitted input on its way through a pool, and those who settle its promise. */
export class WorkerTask<I, O> implements Prioritised<WorkerTask<I, O>> {
  readonly input: I;
  readonly priority: number;
  readonly sequence: number;
  readonly signal: AbortSignal | undefined;
  next: WorkerTask<I, O> | undefined = undefined;
  previous: WorkerTask<I, O> | undefined = undefined;
  level: PriorityLevel<WorkerTask<I, O>> | undefined = undefined;
  #stopListening: (() => void) | undefined = undefined;
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

  /** Rejects as soon as the signal aborts, unless settled before, then calls back. */
  obey(signal: AbortSignal, onAborted: () => void): void {
    const onAbort = (): void => {
      this.fail(signal.reason);
      onAborted();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    this.#stopListening = () => signal.removeEventListener('abort', onAbort);
  }

  succeed(output: O): void {
    if (this.#stopListening !== undefined) this.#stopListening();
    this.#resolve(output);
  }

  fail(reason: unknown): void {
    if (this.#stopListening !== undefined) this.#stopListening();
    this.#reject(reason);
  }
}
