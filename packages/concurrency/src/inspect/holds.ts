import type { LockMode } from './observe.ts';
import type { WatchedTask } from './watched-task.ts';

/** What a task holds of a lock. */
export interface Hold {
  readonly task: WatchedTask;
  readonly weight: number;
  readonly mode: LockMode;
}

/**
 * The holds of one lock by permit. A lock mostly has one holder, and gets a new one with each use, so the first hold
 * lies in fields: entering it into a map would cost as much as the lock.
 */
export class Holds {
  #permit: object | undefined = undefined;
  /** Of the last permit that lay here. */
  #task: WatchedTask | undefined = undefined;
  #weight = 0;
  #mode: LockMode = 'units';
  /** All others. */
  readonly #rest = new Map<object, Hold>();

  put(permit: object, task: WatchedTask, weight: number, mode: LockMode): void {
    const isFirst = this.#permit === undefined ? !this.#rest.has(permit) : this.#permit === permit;
    if (!isFirst) {
      this.#rest.set(permit, { task, weight, mode });
      return;
    }
    this.#permit = permit;
    this.#task = task;
    this.#weight = weight;
    this.#mode = mode;
  }

  taskOf(permit: object): WatchedTask | undefined {
    return this.#permit === permit ? this.#task : this.#rest.get(permit)?.task;
  }

  remove(permit: object): void {
    if (this.#permit === permit) this.#permit = undefined;
    else if (this.#rest.size > 0) this.#rest.delete(permit);
  }

  clear(): void {
    this.#permit = undefined;
    this.#rest.clear();
  }

  list(): Hold[] {
    const task = this.#permit === undefined ? undefined : this.#task;
    const first = task === undefined ? [] : [{ task, weight: this.#weight, mode: this.#mode }];
    return [...first, ...this.#rest.values()];
  }
}
