import process from 'node:process';
import { PerformanceObserver } from 'node:perf_hooks';
import type { Operation } from './comparison.ts';

/** The flags the process needs: a young generation that holds a whole sample, and a collection on demand. */
export const allocationFlags: readonly string[] = [
  '--expose-gc',
  '--min-semi-space-size=256',
  '--max-semi-space-size=256',
];

/**
 * Bytes on the JavaScript heap that one operation allocates once its code is compiled: the growth of the used heap
 * over 2n operations less that over n, by n, so that a case's set-up does not count. A sample in which the
 * collector ran is thrown away and taken again with half of the operations. Memory outside the heap is not seen.
 */
export async function bytesPerOperation(operation: Operation, count: number): Promise<number> {
  await operation(Math.min(count, 50_000));
  for (let sample = Math.min(count, 20_000); sample >= 16; sample >>= 1) {
    const once = await allocated(() => operation(sample));
    const twice = await allocated(() => operation(sample * 2));
    if (once !== undefined && twice !== undefined) return Math.max(0, (twice - once) / sample);
  }
  return Number.NaN;
}

async function allocated(run: () => Promise<unknown>): Promise<number | undefined> {
  globalThis.gc?.();
  const collections = new PerformanceObserver(() => undefined);
  collections.observe({ entryTypes: ['gc'] });
  const before = process.memoryUsage().heapUsed;
  await run();
  const grown = process.memoryUsage().heapUsed - before;
  // Entries are handed out on a later turn.
  await new Promise((resolve) => setImmediate(resolve));
  const ran = collections.takeRecords().length > 0;
  collections.disconnect();
  return ran ? undefined : grown;
}
