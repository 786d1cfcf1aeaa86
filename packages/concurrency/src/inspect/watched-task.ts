import type { Wait } from './wait.ts';

/** What a detector needs to know of who is acting. */
export interface TaskContext {
  /** On whose behalf primitives are called at this moment; nobody's when `undefined`. */
  current: WatchedTask | undefined;
  /** A task has ended: whoever waits for it waits in vain. */
  ended(): void;
}

/**
 * One line of control, known by a name, whose calls a `DeadlockDetector` attributes to it. JavaScript itself does
 * not say which task a call belongs to, so the task makes its calls through {@link call}.
 */
export class WatchedTask implements Disposable {
  readonly name: string;
  /** What it waits for; several when it waits for any of them, as a `select` does. Kept by the detector. */
  readonly waits = new Set<Wait>();
  readonly #context: TaskContext;
  #hasEnded = false;

  constructor(name: string, context: TaskContext) {
    this.name = name;
    this.#context = context;
  }

  /** True once {@link end} was called: it will send and receive no more. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /**
   * Makes a call as this task and passes on what it returns. What `act` asks of watched locks and channels before
   * its first `await` is the task's: what it waits for, and what it holds until the permit is released, by whomever.
   */
  call<T>(act: () => T): T {
    const context = this.#context;
    const before = context.current;
    context.current = this;
    try {
      return act();
    } finally {
      context.current = before;
    }
  }

  /** Says that the task is over: it feeds and drains no channel any more. Idempotent. */
  end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#context.ended();
  }

  /** {@link end}. */
  [Symbol.dispose](): void {
    this.end();
  }
}
