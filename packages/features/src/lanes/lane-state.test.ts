import type { SendOutcome } from '@zaphub/providers';
import { expect, test } from 'vitest';
import { type EngineDeps, engineSettings } from './engine-deps.ts';
import { createFairGate } from './fair-gate.ts';
import { createLaneSpeeds } from './lane-speeds.ts';
import { createLaneState, type LaneState } from './lane-state.ts';

function laneOf(retryAfterMs: number, speeds = createLaneSpeeds()): LaneState {
  return createLaneState({
    // Only handed on to the batches of the lane.
    deps: {} as EngineDeps,
    settings: engineSettings({ owner: 'test' }),
    lease: {
      connectionId: 'one',
      tenantId: 'tenant',
      provider: 'simulator',
      fence: 1,
      ratePerSecond: null,
      plan: 'free',
      waitMs: 0,
      waitCause: null,
    },
    provider: {
      abilities: { deduplicates: true, receipts: false, maxInFlight: 10 },
      send: () => Promise.resolve({ kind: 'unknown', code: 'unused' }),
      retryAfterMs: () => retryAfterMs,
      isOnTrial: () => false,
    },
    stopping: new AbortController().signal,
    stop: () => undefined,
    gate: createFairGate({ capacity: 1 }),
    speeds,
    streams: 1,
    mostRows: () => 1_000,
  });
}

test.each<[string, SendOutcome[], number, number]>([
  ['nothing went wrong', [{ kind: 'sent', providerMessageId: 'x' }], 0, 0],
  [
    'the network asked for the longest of several waits',
    [
      { kind: 'not_sent', code: 'throttled', retryAfterMs: 300 },
      { kind: 'not_sent', code: 'throttled', retryAfterMs: 900 },
    ],
    0,
    900,
  ],
  [
    'one person is to be spared',
    [{ kind: 'not_sent', code: 'recipient_wait', retryAfterMs: 6_000, effect: 'wait_recipient' }],
    0,
    0,
  ],
  ['the network cannot be reached', [], 1_500, 1_500],
])('a lane is held as long as it should be when %s', (_name, outcomes, away, heldMs) => {
  const lane = laneOf(away);
  lane.heed(outcomes);
  expect(lane.pace.waitMs()).toBeGreaterThan(heldMs - 100);
  expect(lane.pace.waitMs()).toBeLessThanOrEqual(heldMs);
});

test('a lane claims by its own speed, at first by that of others that nothing limited', () => {
  const speeds = createLaneSpeeds();
  const campaign = { isLimited: false, ratePerSecond: null, dayLeft: null };
  const first = laneOf(0, speeds);
  expect(first.claimLimit(campaign)).toBe(40);
  first.learn(100, 2_000, false);
  first.learn(10, 10_000, true);
  // Six seconds of a claim are for sending.
  expect(first.claimLimit(campaign)).toBe(11);
  expect(laneOf(0, speeds).claimLimit(campaign)).toBe(300);
  expect(laneOf(0, speeds).claimLimit({ ...campaign, isLimited: true, ratePerSecond: 2 })).toBe(12);
});
