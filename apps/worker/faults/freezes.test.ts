import { describe, expect, onTestFinished, test } from 'vitest';
import { type FaultStage, openFaultStage, type StageOptions } from './fault-stage.ts';

async function stageFor(options: StageOptions = {}): Promise<FaultStage> {
  const stage = await openFaultStage(options);
  onTestFinished(() => stage.close());
  return stage;
}

const plain = { SIMULATOR_DEDUPLICATES: 'false', SIMULATOR_MAX_IN_FLIGHT: '20' };

describe('a worker that is frozen past its lease and wakes up', () => {
  test('after a claim: what it held was sent by another, and it sends nothing', async () => {
    const stage = await stageFor({ env: plain });
    const campaign = await stage.seed({ recipients: 400 });
    const frozen = stage.worker({ FAILPOINT: 'after-claim:stop' });
    await frozen.stopped();
    stage.worker();
    await stage.untilCompleted(campaign);
    frozen.signal('SIGCONT');
    frozen.signal('SIGTERM');
    expect(await frozen.ended).toBe('0');
    await stage.expectExactlyOnce(campaign, 400);
  });

  test('after marking: its requests never leave, and the rows stay unknown', async () => {
    const stage = await stageFor({ env: plain });
    const campaign = await stage.seed({ recipients: 400 });
    const frozen = stage.worker({ FAILPOINT: 'after-mark-sending:stop@3' });
    await frozen.stopped();
    stage.worker();
    await stage.untilCompleted(campaign);
    frozen.signal('SIGCONT');
    await stage.untilSaid(frozen, /the rows had moved on/);
    expect(await stage.states(campaign)).toEqual({ sent: 380, unknown: 20 });
    expect(await stage.journal()).toMatchObject({ requests: 380, duplicates: 0 });
    await stage.expectClean();
  });

  test('after marking, on a network that deduplicates: everybody once', async () => {
    const stage = await stageFor();
    const campaign = await stage.seed({ recipients: 600 });
    const frozen = stage.worker({ FAILPOINT: 'after-mark-sending:stop' });
    await frozen.stopped();
    stage.worker();
    await stage.untilCompleted(campaign);
    frozen.signal('SIGCONT');
    await stage.untilSaid(frozen, /the rows had moved on/);
    await stage.expectExactlyOnce(campaign, 600);
  });
});

describe('a worker whose clock is two minutes ahead', () => {
  test('warns, takes nothing from the other one, and nobody gets a message twice', async () => {
    const stage = await stageFor({
      env: { ...plain, SIMULATOR_LATENCY_MIN_MS: '20', SIMULATOR_LATENCY_MAX_MS: '60' },
    });
    const campaign = await stage.seed({ recipients: 1_000 });
    stage.worker();
    await stage.untilRequests(50);
    const ahead = stage.worker({ CLOCK_AHEAD_MS: '120000' });
    await ahead.ready;
    expect(ahead.output()).toMatch(/clock of this machine is 120 s ahead/);
    await stage.untilCompleted(campaign);
    await stage.expectExactlyOnce(campaign, 1_000);
    expect((await stage.journal()).requests).toBe(1_000);
  });
});

describe('two workers', () => {
  test('racing on one campaign send everybody one message', async () => {
    const stage = await stageFor({ env: { ...plain, SIMULATOR_LATENCY_MAX_MS: '20' } });
    const workers = [stage.worker(), stage.worker()];
    await Promise.all(workers.map((worker) => worker.ready));
    const campaign = await stage.seed({ recipients: 2_000 });
    await stage.untilCompleted(campaign);
    await stage.expectExactlyOnce(campaign, 2_000);
    expect((await stage.journal()).requests).toBe(2_000);
  });
});
