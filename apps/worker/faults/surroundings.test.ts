import { setTimeout as pause } from 'node:timers/promises';
import { createQueues, jobs } from '@zaphub/queues';
import { silentLogger } from '@zaphub/telemetry';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type FaultStage, openFaultStage } from './fault-stage.ts';

const slow = {
  SIMULATOR_LATENCY_MIN_MS: '10',
  SIMULATOR_LATENCY_MAX_MS: '40',
  SIMULATOR_MAX_IN_FLIGHT: '40',
};

async function stageFor(env: Readonly<Record<string, string>> = slow): Promise<FaultStage> {
  const stage = await openFaultStage({ env });
  onTestFinished(() => stage.close());
  return stage;
}

/** Ends the worker's sessions, so that what was set for new ones holds at once. */
async function cutSessions(stage: FaultStage): Promise<void> {
  await stage.db.system((tx) =>
    tx.run(`select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and application_name like 'zaphub-%'`),
  );
}

describe.concurrent('the database', () => {
  test('takes no writes for a while: nothing leaves without its mark, then everybody once', async () => {
    const stage = await openFaultStage({ env: slow });
    try {
      const campaign = await stage.seed({ recipients: 1_000 });
      stage.worker();
      await stage.untilRequests(200);
      await stage.asOwner(`alter role zaphub_system in database "%s" set default_transaction_read_only = on`);
      await cutSessions(stage);
      await pause(1_000);
      const before = await stage.requests();
      await pause(1_500);
      expect(await stage.requests()).toBe(before);
      expect(before).toBeLessThan(1_000);
      await stage.asOwner(`alter role zaphub_system in database "%s" reset default_transaction_read_only`);
      await cutSessions(stage);
      await stage.untilCompleted(campaign);
      await stage.expectExactlyOnce(campaign, 1_000);
    } finally {
      await stage.close();
    }
  });

  test('keeps the ledger locked for three seconds: everybody once', async () => {
    const stage = await openFaultStage({ env: slow });
    try {
      const campaign = await stage.seed({ recipients: 1_000 });
      stage.worker();
      await stage.untilRequests(200);
      await stage.db.system(async (tx) => {
        await tx.run('lock table messages in exclusive mode');
        await pause(3_000);
      });
      await stage.untilCompleted(campaign);
      await stage.expectExactlyOnce(campaign, 1_000);
    } finally {
      await stage.close();
    }
  });

  test('loses every session between answers and their recording: what was sent is recorded all the same', async () => {
    const stage = await openFaultStage({ env: { ...slow, SIMULATOR_DEDUPLICATES: 'false' } });
    try {
      const campaign = await stage.seed({ recipients: 400 });
      stage.worker({ FAILPOINT: 'after-provider-reply:sleep=600@2' });
      await stage.untilRequests(60);
      await cutSessions(stage);
      await stage.untilCompleted(campaign);
      await stage.expectExactlyOnce(campaign, 400);
      expect((await stage.journal()).requests).toBe(400);
    } finally {
      await stage.close();
    }
  });
});

test('a lane that is rung for ten times at once sends everybody one message', async () => {
  const stage = await stageFor();
  const campaign = await stage.seed({ recipients: 500 });
  const queues = await createQueues({ backend: stage.queues, logger: silentLogger });
  onTestFinished(() => queues.close());
  // Past the deduplication of doorbells: as after a queue that was lost and filled again by several.
  const bell = { ...jobs['message.send'], deduplicate: undefined };
  const payload = { tenantId: campaign.tenantId, connectionId: campaign.connectionId };
  await Promise.all(Array.from({ length: 10 }, () => queues.add(bell, payload)));
  stage.worker();
  stage.worker();
  await stage.untilCompleted(campaign);
  await stage.expectExactlyOnce(campaign, 500);
  expect((await stage.journal()).requests).toBe(500);
});

test('a log that nobody reads any more neither stops nor ends the worker', async () => {
  const stage = await stageFor();
  const campaign = await stage.seed({ recipients: 300 });
  const worker = stage.worker({ LOG_LEVEL: 'trace' });
  await worker.ready;
  worker.closeOutput();
  await stage.untilCompleted(campaign);
  await stage.expectExactlyOnce(campaign, 300);
  worker.signal('SIGTERM');
  expect(await worker.ended).toBe('0');
});
