import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { silentLogger } from '@zaphub/telemetry';
import { useTestDatabase } from '@zaphub/testing';
import { describe, expect, test } from 'vitest';
import { type Reconciler, startReconciler } from './start-reconciler.ts';

const silenceMs = 600;

describe('who reconciles', () => {
  const database = useTestDatabase();

  const idle = (): Reconciler =>
    startReconciler(
      { db: database.system, logger: silentLogger },
      { steps: [], everyMs: 3_600_000, silenceMs },
    );

  test('keeps its place during a pass that is longer than the allowed silence', async () => {
    const other = idle();
    await other.close();
    const entered = Promise.withResolvers<void>();
    const leave = Promise.withResolvers<number>();
    const step = {
      name: 'long',
      run: () => {
        entered.resolve();
        return leave.promise;
      },
    };
    const busy = startReconciler(
      { db: database.system, logger: silentLogger },
      { steps: [step], everyMs: 3_600_000, silenceMs },
    );
    await entered.promise;
    await database.system.system((tx) => tx.run('select pg_sleep($1)', [(silenceMs * 2.5) / 1000]));
    expect(await other.runOnce()).toBe(false);
    leave.resolve(0);
    await busy.close();
    expect(await other.runOnce()).toBe(true);
  });

  test('loses it when its process freezes in the middle of a pass', async () => {
    const other = idle();
    await other.close();
    // A thread of its own whose event loop stops, as a stopped process's would.
    const frozen = new Worker(new URL('fixtures/frozen-reconciler.ts', import.meta.url), {
      workerData: { connectionString: database.urls.system, silenceMs },
    });
    await once(frozen, 'message');
    expect(await other.runOnce()).toBe(false);
    await expect.poll(() => other.runOnce(), { timeout: 10_000, interval: 100 }).toBe(true);
    await frozen.terminate();
  });
});
