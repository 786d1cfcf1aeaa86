import { AbortWatch } from '../waiting/abort-watch.ts';
import { type Linked, LinkedList } from './linked-list.ts';

/** Given to each load. */
export interface LoadContext {
  /** Aborts when nobody waits for the value any more. */
  readonly signal: AbortSignal;
}

/** One load and all who wait for it. Who gives up leaves the others waiting; the last to leave ends the load. */
export class Load<V> {
  readonly context = new LazyContext();
  /** Whoever asked for it has yet to join: the loader is being called. */
  isBeginning = true;
  /** For all who cannot give up. */
  #shared: Promise<V> | undefined = undefined;
  #resolve: ((value: V) => void) | undefined = undefined;
  #reject: ((reason: unknown) => void) | undefined = undefined;
  /** Those who can. */
  readonly #leaving = new LinkedList<LeavingWaiter<V>>();

  /** Nobody waits for it. */
  get isUnwanted(): boolean {
    return !this.isBeginning && this.#shared === undefined && this.#leaving.size === 0;
  }

  /** Waits to the end of the load. */
  join(): Promise<V> {
    this.#shared ??= new Promise<V>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    return this.#shared;
  }

  /** Waits until the signal aborts; calls back when that has left the load without anybody. */
  joinUntil(signal: AbortSignal, onUnwanted: () => void): Promise<V> {
    if (signal.aborted) {
      // The load itself aborted it.
      if (this.isUnwanted) onUnwanted();
      return Promise.reject(signal.reason);
    }
    return new Promise<V>((resolve, reject) => {
      const leave = (reason: unknown): (() => void) | undefined => {
        this.#leaving.remove(waiter);
        reject(reason);
        return this.isUnwanted ? onUnwanted : undefined;
      };
      const watch = new AbortWatch(signal, { abort: leave });
      const waiter: LeavingWaiter<V> = { next: undefined, previous: undefined, watch, resolve, reject };
      this.#leaving.push(waiter);
    });
  }

  /** Gives everybody the value; a settled promise of it for whoever comes later. */
  succeed(value: V): Promise<V> {
    this.#resolve?.(value);
    for (let waiter = this.#leaving.shift(); waiter !== undefined; waiter = this.#leaving.shift()) {
      waiter.watch.end();
      waiter.resolve(value);
    }
    return this.#shared ?? Promise.resolve(value);
  }

  fail(reason: unknown): void {
    this.#reject?.(reason);
    for (let waiter = this.#leaving.shift(); waiter !== undefined; waiter = this.#leaving.shift()) {
      waiter.watch.end();
      waiter.reject(reason);
    }
  }
}

interface LeavingWaiter<V> extends Linked<LeavingWaiter<V>> {
  readonly watch: AbortWatch;
  readonly resolve: (value: V) => void;
  readonly reject: (reason: unknown) => void;
}

/** Makes its signal when it is asked for: most loaders of quick things never ask. */
class LazyContext implements LoadContext {
  #controller: AbortController | undefined = undefined;

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    return this.#controller.signal;
  }

  abort(reason: unknown): void {
    this.#controller ??= new AbortController();
    this.#controller.abort(reason);
  }
}
