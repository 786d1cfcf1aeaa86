import { describe, expect, test } from 'vitest';
import { createLanePace } from './lane-pace.ts';

function paceAt(waitMs = 0) {
  let nowMs = 1_000;
  const pace = createLanePace({ waitMs, cause: 'network_wait', now: () => nowMs });
  return { pace, advance: (ms: number) => void (nowMs += ms), now: () => nowMs };
}

describe('the pace of a lane', () => {
  test('begins where the one before ended, and says why', () => {
    const { pace, advance } = paceAt(500);
    expect([pace.waitMs(), pace.cause()]).toEqual([500, 'network_wait']);
    advance(500);
    expect([pace.waitMs(), pace.cause()]).toEqual([0, undefined]);
  });

  test('is held for the longest of what it was told', () => {
    const { pace } = paceAt();
    pace.hold(2_000, 'daily_cap');
    pace.hold(500, 'network_away');
    expect([pace.waitMs(), pace.cause()]).toEqual([2_000, 'daily_cap']);
  });

  test('holds one campaign and lets the others go on', () => {
    const { pace } = paceAt();
    pace.holdCampaign('slow', 700);
    expect(pace.campaignWaitMs('slow')).toBe(700);
    expect(pace.campaignWaitMs('other')).toBe(0);
    pace.hold(900, 'tenant_rate');
    expect(pace.campaignWaitMs('slow')).toBe(900);
  });

  test('keeps places, and does not let late messages bunch up', () => {
    const { pace, now, advance } = paceAt();
    const place = (inMs: number): number => pace.place('a', { atMs: now() + inMs, gapMs: 80 }) - now();
    expect([place(0), place(100), place(200)]).toEqual([0, 100, 200]);
    advance(600);
    expect([place(-300), place(-200), place(-100)]).toEqual([0, 80, 160]);
    expect(pace.place('b', { atMs: now(), gapMs: 80 })).toBe(now());
  });

  test('lets out one at a time, also when the process was held up and several are due', () => {
    const { pace, advance } = paceAt();
    expect([pace.leave('a', 80), pace.leave('a', 80), pace.leave('b', 80)]).toEqual([0, 60, 0]);
    advance(50);
    expect(pace.leave('a', 80)).toBe(10);
    // What a timer is late by is not lost, what the process was held up by is.
    advance(25);
    expect([pace.leave('a', 80), pace.leave('a', 80)]).toEqual([0, 65]);
    advance(500);
    expect([pace.leave('a', 80), pace.leave('a', 80)]).toEqual([0, 60]);
  });
});
