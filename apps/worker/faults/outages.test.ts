import { connect } from 'node:net';
import { startRedis, startRestartablePostgres } from '@zaphub/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openFaultStage } from './fault-stage.ts';

const slow = {
  SIMULATOR_LATENCY_MIN_MS: '10',
  SIMULATOR_LATENCY_MAX_MS: '60',
  SIMULATOR_MAX_IN_FLIGHT: '60',
};

describe('Postgres', () => {
  test.each(['fast', 'immediate'] as const)(
    'restarts (%s) in the middle of a campaign: everybody once, by the same worker',
    async (mode) => {
      const postgres = await startRestartablePostgres();
      const stage = await openFaultStage({ systemUrl: postgres.urls.system, env: slow });
      try {
        const campaign = await stage.seed({ recipients: 2_000 });
        const worker = stage.worker();
        await stage.untilRequests(500);
        await postgres.stop(mode);
        await postgres.start();
        await stage.untilCompleted(campaign);
        await stage.expectExactlyOnce(campaign, 2_000);
        worker.signal('SIGTERM');
        expect(await worker.ended).toBe('0');
      } finally {
        await stage.close();
        await postgres.close();
      }
    },
  );
});

describe('Redis', () => {
  test('is flushed in the middle of a campaign: everybody once, and the campaign ends by itself', async () => {
    const redis = await startRedis({ settings: { 'maxmemory-policy': 'noeviction' } });
    onTestFinished(() => redis.close());
    const stage = await openFaultStage({ env: { ...slow, REDIS_URL: redis.url } });
    onTestFinished(() => stage.close());
    const campaign = await stage.seed({ recipients: 3_000 });
    stage.worker();
    for (const requests of [200, 1_500]) {
      await stage.untilRequests(requests);
      await flush(redis.url);
    }
    await stage.untilCompleted(campaign);
    await stage.expectExactlyOnce(campaign, 3_000);
  });

  test('is killed and comes back empty, and the worker is killed too: everybody once', async () => {
    const redis = await startRedis({ settings: { 'maxmemory-policy': 'noeviction' } });
    onTestFinished(() => redis.close());
    const stage = await openFaultStage({ env: { ...slow, REDIS_URL: redis.url } });
    onTestFinished(() => stage.close());
    const campaign = await stage.seed({ recipients: 1_500 });
    const first = stage.worker();
    await stage.untilRequests(200);
    await redis.restart();
    await stage.untilRequests(600);
    await first.kill();
    stage.worker();
    await stage.untilCompleted(campaign);
    await stage.expectExactlyOnce(campaign, 1_500);
  });
});

/** FLUSHALL; resolves when Redis has answered. */
function flush(url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write('FLUSHALL\r\n'));
    socket.once('data', () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
  });
}
