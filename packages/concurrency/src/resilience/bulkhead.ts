import { type BulkheadLimits, BulkheadPartition } from './bulkhead-partition.ts';
import type { Work } from './policy.ts';

/**
 * Keeps users of different resources apart: each partition has slots and a line of its own, so that one which is
 * slow, full or closed cannot affect another. What a partition promises is said at {@link BulkheadPartition}.
 *
 * @example
 * ```ts
 * import { Bulkhead } from '@zaphub/concurrency';
 *
 * const bulkhead = new Bulkhead({
 *   api: { maxConcurrent: 10, maxQueued: 100 },
 *   database: { maxConcurrent: 20 },
 * });
 * console.log(await bulkhead.execute('api', () => 'called'), bulkhead.partition('database').running);
 * await bulkhead.close();
 * ```
 */
export class Bulkhead<Name extends string> implements AsyncDisposable {
  readonly #partitions: ReadonlyMap<string, BulkheadPartition>;

  /** @throws RangeError for a limit out of its range. */
  constructor(partitions: Readonly<Record<Name, BulkheadLimits>>) {
    this.#partitions = new Map(
      Object.entries<BulkheadLimits>(partitions).map(([name, limits]) => [
        name,
        new BulkheadPartition(name, limits),
      ]),
    );
  }

  /** The partition as a policy of its own. @throws RangeError when there is none of that name. */
  partition(name: Name): BulkheadPartition {
    const partition = this.#partitions.get(name);
    if (partition === undefined) throw new RangeError(`there is no partition ${name}`);
    return partition;
  }

  /** {@link BulkheadPartition.execute} of the named partition. @throws RangeError when there is none. */
  execute<T>(name: Name, work: Work<T>, signal?: AbortSignal): Promise<T> {
    const partition = this.#partitions.get(name);
    if (partition === undefined) return Promise.reject(new RangeError(`there is no partition ${name}`));
    return partition.execute(work, signal);
  }

  /** Closes every partition, and resolves when what runs in them has ended. Idempotent. */
  async close(): Promise<void> {
    await Promise.all([...this.#partitions.values()].map((partition) => partition.close()));
  }

  /** {@link close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
