import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { createCampaignActions } from './campaign-actions.ts';
import { type FaultStage, openFaultStage } from './fault-stage.ts';

async function poolStage(): Promise<FaultStage> {
  const stage = await openFaultStage({
    env: { SIMULATOR_LATENCY_MIN_MS: '20', SIMULATOR_LATENCY_MAX_MS: '60', SIMULATOR_MAX_IN_FLIGHT: '20' },
  });
  onTestFinished(() => stage.close());
  return stage;
}

test('a pool whose workers are killed sends to everybody once', async () => {
  const stage = await poolStage();
  const campaign = await stage.seed({ recipients: 1_200, numbers: 3 });
  const workers = [stage.worker(), stage.worker()];
  await stage.untilRequests(300);
  await workers[0]?.kill();
  await stage.untilRequests(600);
  await workers[1]?.kill();
  stage.worker();
  await stage.untilCompleted(campaign);
  await stage.expectExactlyOnce(campaign, 1_200);
});

test('a pool that is paused stops within two seconds on all its numbers, and one that is held goes on with the rest', async () => {
  const stage = await poolStage();
  const campaign = await stage.seed({ recipients: 2_000, numbers: 3 });
  const actions = createCampaignActions(stage.db, campaign);
  stage.worker();
  stage.worker();
  await stage.untilRequests(200);
  await actions.pause();
  await pause(2_000);
  const paused = await stage.requests();
  await pause(1_000);
  expect(await stage.requests()).toBe(paused);
  expect(paused).toBeLessThan(2_000);
  await stage.db.system((tx) =>
    tx.run(`update connections set hold_cause = 'user' where id = $1`, [campaign.connectionId]),
  );
  await actions.resume();
  await stage.untilCompleted(campaign);
  await stage.expectExactlyOnce(campaign, 2_000);
});
