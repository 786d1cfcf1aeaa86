import { WaitQueue } from '../waiting/wait-queue.ts';

/** Gives a permit back; calling it again does nothing. Works with `using`. */
export type Release = (() => void) & Disposable;

/** What one permit takes and how long its asker is willing to wait. */
export interface AcquireOptions {
  /** Units of the capacity, a whole number from 1 to the capacity. Default 1. */
  readonly weight?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Lets at most `capacity` units be held at once, first come, first served. A heavy asker at the head of the line
 * is not overtaken by lighter ones behind it. A freed unit is handed to the first in line in the same instant, so
 * nobody who arrives later can take it.
 */
export class Semaphore {
  readonly capacity: number;
  #available: number;
  readonly #line = new WaitQueue<Release, number>(() => this.#serve());

  /** @throws RangeError when the capacity is not a whole number from 1. */
  constructor(capacity: number) {
    if (!Number.isInteger(capacity) || capacity < 1) {
      throw new RangeError(`capacity must be a whole number from 1, not ${capacity}`);
    }
    this.capacity = capacity;
    this.#available = capacity;
  }

  /** Units nobody holds. May be above 0 while a heavier asker waits. */
  get available(): number {
    return this.#available;
  }

  /** Askers in line. */
  get waiting(): number {
    return this.#line.size;
  }

  /**
   * Waits for a permit. Aborting leaves the line at once; after the permit was handed over it changes nothing.
   *
   * @throws RangeError for a weight that can never be served; the signal's reason when aborted.
   */
  async acquire(options: AcquireOptions = {}): Promise<Release> {
    const { weight = 1, signal } = options;
    this.#checkWeight(weight);
    signal?.throwIfAborted();
    return this.#canServe(weight) ? this.#take(weight) : this.#line.wait(weight, signal);
  }

  /**
   * A permit if one is free now and nobody waits for it, else `undefined`.
   *
   * @throws RangeError for a weight that can never be served.
   */
  tryAcquire(weight = 1): Release | undefined {
    this.#checkWeight(weight);
    return this.#canServe(weight) ? this.#take(weight) : undefined;
  }

  /**
   * Runs `work` while holding a permit, and gives it back however the work ends. An abort while waiting means the
   * work never starts; afterwards it is the work's own business.
   */
  async run<T>(work: () => Promise<T> | T, options: AcquireOptions = {}): Promise<T> {
    const release = await this.acquire(options);
    try {
      // Between being handed the permit and getting here, the asker may have gone away.
      options.signal?.throwIfAborted();
      return await work();
    } finally {
      release();
    }
  }

  #canServe(weight: number): boolean {
    return this.#line.size === 0 && weight <= this.#available;
  }

  #take(weight: number): Release {
    this.#available -= weight;
    let isHeld = true;
    const release = (): void => {
      if (!isHeld) return;
      isHeld = false;
      this.#available += weight;
      this.#serve();
    };
    return Object.assign(release, { [Symbol.dispose]: release });
  }

  #serve(): void {
    for (let first = this.#line.first; first !== undefined; first = this.#line.first) {
      if (first.ask > this.#available) return;
      first.grant(this.#take(first.ask));
    }
  }

  #checkWeight(weight: number): void {
    if (!Number.isInteger(weight) || weight < 1 || weight > this.capacity) {
      throw new RangeError(`weight must be a whole number from 1 to ${this.capacity}, not ${weight}`);
    }
  }
}
