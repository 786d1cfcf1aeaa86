import { describe, expect, onTestFinished, test } from 'vitest';
import { type FaultStage, openFaultStage, type StageOptions } from './fault-stage.ts';

async function stageFor(options: StageOptions = {}): Promise<FaultStage> {
  const stage = await openFaultStage(options);
  onTestFinished(() => stage.close());
  return stage;
}

describe('kill -9', () => {
  test('three times at random points of a large campaign: everybody once, none left out', async () => {
    const recipients = 5_000;
    const seed = Number(process.env['FAULT_SEED'] ?? Math.floor(Math.random() * 1e9));
    console.log(`FAULT_SEED=${seed}`);
    const stage = await stageFor({ env: { SIMULATOR_LATENCY_MIN_MS: '5', SIMULATOR_LATENCY_MAX_MS: '60' } });
    const campaign = await stage.seed({ recipients });
    let random = seed;
    for (let round = 1; round <= 3; round++) {
      random = (Math.imul(random, 48_271) + 11) >>> 0;
      const worker = stage.worker();
      // Somewhere in this third of the campaign.
      await stage.untilRequests(Math.floor(((round - 1 + (random % 1000) / 1000) * recipients) / 3.5) + 1);
      await worker.kill();
    }
    stage.worker();
    await stage.untilCompleted(campaign);
    await stage.expectExactlyOnce(campaign, recipients);
  });

  const points = [
    'before-claim',
    'after-claim',
    'after-mark-sending',
    'after-bytes-written',
    'after-provider-reply',
    'after-commit',
    'before-ack',
    'relay-after-add',
    'relay-after-mark',
  ];
  test.concurrent.each(points)('at the point %s: everybody once, none left out', async (point) => {
    const stage = await openFaultStage();
    try {
      const campaign = await stage.seed({ recipients: 600 });
      const first = stage.worker({ FAILPOINT: `${point}:kill` });
      expect(await first.ended).toBe('SIGKILL');
      stage.worker();
      await stage.untilCompleted(campaign);
      await stage.expectExactlyOnce(campaign, 600);
    } finally {
      await stage.close();
    }
  });

  test('with a network that does not deduplicate: what was under way is unknown and is not sent again', async () => {
    const stage = await stageFor({ env: { SIMULATOR_DEDUPLICATES: 'false', SIMULATOR_MAX_IN_FLIGHT: '20' } });
    const campaign = await stage.seed({ recipients: 600 });
    const first = stage.worker({ FAILPOINT: 'after-provider-reply:kill@5' });
    expect(await first.ended).toBe('SIGKILL');
    stage.worker();
    await stage.untilCompleted(campaign);
    expect(await stage.states(campaign)).toEqual({ sent: 580, unknown: 20 });
    expect(await stage.journal()).toMatchObject({ requests: 600, deliveries: 600, duplicates: 0 });
    await stage.expectClean();
  });
});

describe('SIGTERM', () => {
  test('in the middle of a campaign: no unknown outcome, nobody twice, and the next worker goes on', async () => {
    const stage = await stageFor({
      env: {
        SIMULATOR_DEDUPLICATES: 'false',
        SIMULATOR_MAX_IN_FLIGHT: '50',
        SIMULATOR_LATENCY_MAX_MS: '100',
      },
    });
    const campaign = await stage.seed({ recipients: 2_000 });
    for (const share of [0.2, 0.6]) {
      const worker = stage.worker();
      await stage.untilRequests(2_000 * share);
      worker.signal('SIGTERM');
      expect(await worker.ended).toBe('0');
      const { claimed = 0, sending = 0, unknown = 0 } = await stage.states(campaign);
      expect({ claimed, sending, unknown }).toEqual({ claimed: 0, sending: 0, unknown: 0 });
    }
    stage.worker();
    await stage.untilCompleted(campaign);
    await stage.expectExactlyOnce(campaign, 2_000);
  });

  test('the end of the parent ends the worker as well', async () => {
    const stage = await stageFor();
    const worker = stage.worker();
    await worker.ready;
    worker.disconnect();
    expect(await worker.ended).toBe('0');
  });
});
