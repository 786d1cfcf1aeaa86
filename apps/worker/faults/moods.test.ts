import { writeFile } from 'node:fs/promises';
import { releaseConnection } from '@zaphub/features';
import { freePort } from '@zaphub/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openFaultStage } from './fault-stage.ts';

/** A scenario's file, in a folder that goes with the stage. */
async function scenarioFile(dir: string, steps: readonly object[]): Promise<string> {
  const path = `${dir}-scenario.json`;
  await writeFile(path, JSON.stringify({ steps }));
  return path;
}

describe('a network with moods', () => {
  test('drops, slows down and loses answers: everybody once, and the campaign ends by itself', async () => {
    const stage = await openFaultStage({
      env: { SIMULATOR_MAX_IN_FLIGHT: '40', SIMULATOR_LOST_AFTER_MS: '20', RECONCILE_MS: '500' },
    });
    onTestFinished(() => stage.close());
    const campaign = await stage.seed({ recipients: 1_000 });
    const file = await scenarioFile(stage.journalDir, [
      { at: { message: 100 }, happens: { do: 'drop', forMs: 300 } },
      { at: { message: 400 }, happens: { do: 'slow', minMs: 20, maxMs: 90, forMs: 400 } },
      {
        at: { message: 500 },
        happens: {
          do: 'rates',
          rates: { lostReply01: 0.2, serverError01: 0.1, throttled01: 0.1 },
          forMs: 400,
        },
      },
    ]);
    stage.worker({ SIMULATOR_SCENARIO: file });
    stage.worker({ SIMULATOR_SCENARIO: file });
    await stage.untilCompleted(campaign);
    await stage.expectExactlyOnce(campaign, 1_000);
  });

  test('is led by hand: a number that is banned waits, and goes on when it is released', async () => {
    const port = await freePort();
    const stage = await openFaultStage({
      env: {
        SIMULATOR_CONTROL_PORT: String(port),
        SIMULATOR_LATENCY_MIN_MS: '20',
        SIMULATOR_MAX_IN_FLIGHT: '10',
        RECONCILE_MS: '500',
      },
    });
    onTestFinished(() => stage.close());
    const campaign = await stage.seed({ recipients: 400 });
    const act = async (action: object): Promise<void> => {
      const reply = await fetch(`http://127.0.0.1:${port}/actions`, {
        method: 'POST',
        body: JSON.stringify(action),
      });
      expect(reply.status).toBe(200);
    };
    const held = (): Promise<{ cause: string | null }> =>
      stage.db.system((tx) =>
        tx.one('select hold_cause as cause from connections where id = $1', [campaign.connectionId]),
      );
    stage.worker();
    await stage.untilRequests(50);
    await act({ do: 'ban', connection: campaign.connectionId });
    await expect.poll(held, { timeout: 20_000 }).toEqual({ cause: 'account_restricted' });
    expect(await stage.status(campaign)).toBe('running');
    const { deliveries } = await stage.journal();
    await act({ do: 'release' });
    await stage.db.tenant(campaign.scope, (tx) =>
      releaseConnection(tx, campaign.scope, campaign.connectionId),
    );
    await stage.untilCompleted(campaign);
    expect(deliveries).toBeLessThan(400);
    await stage.expectExactlyOnce(campaign, 400);
  });
});
