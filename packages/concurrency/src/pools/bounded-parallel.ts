/** Given to each piece of work. */
export interface BoundedParallelContext {
  /** Position of the item, from 0. */
  readonly index: number;
  /** Aborts when the caller gives up or another item failed. */
  readonly signal: AbortSignal;
}

/**
 * Does `work` for each item, at most `limit` at once, and resolves with the results in the order of the items.
 * Items are taken one by one as places become free, so the source may be endless or slow.
 *
 * After the first failure nothing new is started, the signal of what runs aborts, and when that has ended the
 * returned promise rejects with that first failure; an abort of the caller's signal acts the same.
 *
 * @throws RangeError when the limit is not a whole number from 1.
 */
export async function boundedParallel<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  limit: number,
  work: (item: T, context: BoundedParallelContext) => Promise<R> | R,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<R[]> {
  if (!Number.isInteger(limit) || limit < 1) {
    throw new RangeError(`limit must be a whole number from 1, not ${limit}`);
  }
  options.signal?.throwIfAborted();
  const stop = new AbortController();
  const onAbort = (): void => stop.abort(options.signal?.reason);
  options.signal?.addEventListener('abort', onAbort, { once: true });
  const source = new OrderedSource(items);
  const results: R[] = [];

  const stopped = new Promise<undefined>((resolve) => {
    stop.signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });

  const runPlace = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      // A source that never gives another item must not keep an abort waiting.
      const next = await Promise.race([source.take(), stopped]);
      if (next === undefined || stop.signal.aborted) return;
      results[next.index] = await work(next.item, { index: next.index, signal: stop.signal });
    }
  };
  const places = Array.from({ length: limit }, () =>
    // The first reason stays: aborting twice changes nothing.
    runPlace().catch((error: unknown) => stop.abort(error)),
  );
  try {
    await Promise.all(places);
    if (stop.signal.aborted) throw stop.signal.reason;
    return results;
  } finally {
    options.signal?.removeEventListener('abort', onAbort);
    await source.close();
  }
}

/** Takes items from any iterable, one at a time whoever asks, and numbers them. */
class OrderedSource<T> {
  readonly #iterator: Iterator<T> | AsyncIterator<T>;
  #taking: Promise<unknown> = Promise.resolve();
  #count = 0;
  #isDone = false;
  /** Takers that have not got their answer. */
  #asking = 0;

  constructor(items: Iterable<T> | AsyncIterable<T>) {
    this.#iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  }

  /** The next item, or `undefined` when there is none any more. */
  take(): Promise<{ readonly item: T; readonly index: number } | undefined> {
    // One at a time: an iterator need not support being asked again before it has answered.
    const taken = this.#taking.then(() => this.#next());
    this.#taking = taken.catch(() => undefined);
    return taken;
  }

  /** Lets a source that was not read to its end clean up; not waited for when it has yet to answer. */
  async close(): Promise<void> {
    if (this.#isDone) return;
    this.#isDone = true;
    const cleanUp = Promise.resolve(this.#iterator.return?.());
    if (this.#asking > 0) cleanUp.catch(() => undefined);
    else await cleanUp;
  }

  async #next(): Promise<{ readonly item: T; readonly index: number } | undefined> {
    if (this.#isDone) return undefined;
    this.#asking++;
    try {
      const result = await this.#iterator.next();
      if (result.done !== true) return { item: result.value, index: this.#count++ };
      this.#isDone = true;
      return undefined;
    } catch (error) {
      this.#isDone = true;
      throw error;
    } finally {
      this.#asking--;
    }
  }
}
