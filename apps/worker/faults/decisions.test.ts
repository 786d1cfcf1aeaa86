import { setTimeout as pause } from 'node:timers/promises';
import { createCampaignActions } from './campaign-actions.ts';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type FaultStage, openFaultStage, type StageOptions } from './fault-stage.ts';

async function stageFor(options: StageOptions = {}): Promise<FaultStage> {
  const stage = await openFaultStage(options);
  onTestFinished(() => stage.close());
  return stage;
}

const steady = {
  SIMULATOR_LATENCY_MIN_MS: '20',
  SIMULATOR_LATENCY_MAX_MS: '60',
  SIMULATOR_MAX_IN_FLIGHT: '30',
};

describe('a person', () => {
  test('pauses: within two seconds nothing leaves any more; resumes: everybody once', async () => {
    const stage = await stageFor({ env: steady });
    const campaign = await stage.seed({ recipients: 2_000 });
    const actions = createCampaignActions(stage.db, campaign);
    stage.worker();
    await stage.untilRequests(300);
    await actions.pause();
    const committed = await stage.requests();
    await pause(2_000);
    const after = await stage.requests();
    await pause(1_000);
    expect(await stage.requests()).toBe(after);
    // What was marked before the pause may still leave: no more than what can be under way.
    expect(after - committed).toBeLessThanOrEqual(250);
    expect(after).toBeLessThan(2_000);
    await actions.resume();
    await stage.untilCompleted(campaign);
    await stage.expectExactlyOnce(campaign, 2_000);
  });

  test('cancels: within two seconds nothing leaves any more, and everybody else is skipped', async () => {
    const stage = await stageFor({ env: steady });
    const campaign = await stage.seed({ recipients: 2_000 });
    stage.worker();
    await stage.untilRequests(300);
    await createCampaignActions(stage.db, campaign).cancel();
    await pause(2_000);
    const after = await stage.requests();
    await pause(1_000);
    expect(await stage.requests()).toBe(after);
    await expect
      .poll(() => stage.states(campaign), { timeout: 10_000 })
      .toEqual({
        sent: after,
        skipped: 2_000 - after,
      });
    await stage.expectClean();
  });

  test('decides about lost outcomes: nothing is sent again until told to', async () => {
    const stage = await stageFor({
      env: {
        SIMULATOR_DEDUPLICATES: 'false',
        SIMULATOR_MAX_IN_FLIGHT: '50',
        SIMULATOR_LOST_REPLY_RATE: '0.05',
        SIMULATOR_LOST_AFTER_MS: '20',
        SIMULATOR_SEED: '3',
      },
    });
    const campaign = await stage.seed({ recipients: 500 });
    stage.worker();
    await stage.untilCompleted(campaign);
    const { unknown = 0, sent = 0 } = await stage.states(campaign);
    expect(unknown).toBeGreaterThan(5);
    expect(unknown + sent).toBe(500);
    await pause(1_500);
    expect(await stage.journal()).toMatchObject({ requests: 500, deliveries: 500, duplicates: 0 });
    await stage.expectClean();
    await createCampaignActions(stage.db, campaign).resendUnknown();
    await stage.untilCompleted(campaign);
    expect((await stage.journal()).deliveries).toBeGreaterThanOrEqual(500 + unknown);
    await stage.expectClean();
  });
});
