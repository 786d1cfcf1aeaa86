import { BatchResultsError } from './batch-results-error.ts';

type Resolve<R> = (result: R) => void;
type Reject = (reason: unknown) => void;

/** Items that go together, in the order they were added, and all who wait for them. */
export class Batch<T, R> {
  readonly items: T[] = [];
  sizeBytes = 0;
  /** From here on no item is taken out. */
  hasGone = false;
  /** Who settles an item's own promise, at the item's index; nothing there for an adder who shares the batch's. */
  readonly #resolves: (Resolve<R> | undefined)[] = [];
  readonly #rejects: (Reject | undefined)[] = [];
  #shared: PromiseWithResolvers<void> | undefined = undefined;
  #ended: PromiseWithResolvers<void> | undefined = undefined;

  add(item: T, sizeBytes: number, resolve: Resolve<R>, reject: Reject): void {
    const index = this.items.push(item) - 1;
    this.#resolves[index] = resolve;
    this.#rejects[index] = reject;
    this.sizeBytes += sizeBytes;
  }

  /** An adder who need not be told apart from others: they all get the same promise. */
  addAlike(item: T): Promise<void> {
    this.items.push(item);
    this.#shared ??= Promise.withResolvers<void>();
    return this.#shared.promise;
  }

  /** Takes out the item that this function would settle; the batch has not gone. */
  takeOut(resolve: Resolve<R>, sizeBytes: number): void {
    const index = this.#resolves.indexOf(resolve);
    this.items.splice(index, 1);
    this.#resolves.splice(index, 1);
    this.#rejects.splice(index, 1);
    this.sizeBytes -= sizeBytes;
  }

  /** Every adder gets the result of its item, or nothing when there are none. */
  succeed(results: readonly R[] | undefined): void {
    if (results === undefined) {
      this.#shared?.resolve();
      // Without results R is void.
      for (const resolve of this.#resolves) resolve?.(undefined as R);
      return;
    }
    const { length } = this.items;
    if (results.length !== length) throw new BatchResultsError(length, results.length);
    // There are as many of them as items.
    for (let index = 0; index < length; index++) this.#resolves[index]?.(results[index] as R);
  }

  fail(reason: unknown): void {
    this.#shared?.reject(reason);
    for (const reject of this.#rejects) reject?.(reason);
  }

  /** Two batches of half the items each, the first ones first; for one that nobody shares. */
  split(): readonly [Batch<T, R>, Batch<T, R>] {
    const half = Math.ceil(this.items.length / 2);
    return [this.#slice(0, half), this.#slice(half, this.items.length)];
  }

  /** Resolves when the batch is done, well or not. */
  whenEnded(): Promise<void> {
    this.#ended ??= Promise.withResolvers<void>();
    return this.#ended.promise;
  }

  end(): void {
    this.#ended?.resolve();
  }

  #slice(from: number, to: number): Batch<T, R> {
    const part = new Batch<T, R>();
    part.items.push(...this.items.slice(from, to));
    part.#resolves.push(...this.#resolves.slice(from, to));
    part.#rejects.push(...this.#rejects.slice(from, to));
    return part;
  }
}
