/** Settings of a {@link ContextPool}. */
export interface ContextPoolOptions<Context> {
  /** Makes a clean one. */
  readonly create: () => Context;
  /** Makes a used one clean again; every reference to the request that used it must be gone afterwards. */
  readonly reset: (context: Context) => void;
  /** Clean ones kept for later, at most; what is released beyond is left to the garbage collector. From 0. */
  readonly maxSize: number;
  /** Clean ones made at once. Default 0; not more than `maxSize`. */
  readonly warmUp?: number;
}

/**
 * Lends objects and takes them back clean: nobody is ever handed one that somebody else still holds or that
 * remembers who held it. Never waits: when none is free, a new one is made.
 */
export class ContextPool<Context extends object> {
  readonly #create: () => Context;
  readonly #reset: (context: Context) => void;
  readonly #maxSize: number;
  readonly #free: Context[] = [];
  /** Who holds one; releasing anything else, or twice, is refused. */
  readonly #lent = new Set<Context>();
  #created = 0;

  /** @throws RangeError when a size is not a whole number in its range. */
  constructor({ create, reset, maxSize, warmUp = 0 }: ContextPoolOptions<Context>) {
    if (!Number.isInteger(maxSize) || maxSize < 0) {
      throw new RangeError(`maxSize must be a whole number from 0, not ${maxSize}`);
    }
    if (!Number.isInteger(warmUp) || warmUp < 0 || warmUp > maxSize) {
      throw new RangeError(`warmUp must be a whole number from 0 to ${maxSize}, not ${warmUp}`);
    }
    this.#create = create;
    this.#reset = reset;
    this.#maxSize = maxSize;
    for (let i = 0; i < warmUp; i++) this.#free.push(this.#make());
  }

  /** Clean ones ready to be lent. */
  get free(): number {
    return this.#free.length;
  }

  /** Lent and not yet released. */
  get lent(): number {
    return this.#lent.size;
  }

  /** Made since the start; what was not made was reused. */
  get created(): number {
    return this.#created;
  }

  /** A clean one, held until it is released. */
  acquire(): Context {
    const context = this.#free.pop() ?? this.#make();
    this.#lent.add(context);
    return context;
  }

  /** Takes one back and cleans it; nothing happens for one that is not lent. A reset that throws loses it for good. */
  release(context: Context): void {
    if (!this.#lent.delete(context)) return;
    this.#reset(context);
    if (this.#free.length < this.#maxSize) this.#free.push(context);
  }

  #make(): Context {
    this.#created++;
    return this.#create();
  }
}
