import { describe, expect, test } from 'vitest';
import { type HealthFacts, judge } from './judge.ts';

const fine: HealthFacts = {
  state: 'good',
  sinceMinutes: 1_000,
  isHeld: false,
  isPersonal: false,
  unansweredLimit: null,
  hour: { sent: 1_000, failed: 5, blocked: 0 },
  week: { sent: 10_000, failed: 50, blocked: 0, replied: 0 },
};
const hour = (sent: number, failed: number, blocked = 0) => ({ hour: { sent, failed, blocked } });

describe('a number', () => {
  test.each<[string, Partial<HealthFacts>, object]>([
    ['without trouble is good', {}, { state: 'good', score: 100, paceShare01: 1 }],
    [
      'with a fifth of failures is slowed',
      hour(80, 20),
      { state: 'slowed', cause: 'health_failures', paceShare01: 0.5 },
    ],
    ['with half of failures is stopped', hour(20, 20), { state: 'stopped', cause: 'health_failures' }],
    ['of which a few say nothing yet is left alone', hour(5, 10, 3), { state: 'good' }],
    ['that people block is slowed', hour(96, 4, 3), { state: 'slowed', cause: 'health_blocks' }],
    ['that many people block is stopped', hour(90, 10, 6), { state: 'stopped', cause: 'health_blocks' }],
    [
      'behind a phone that nobody answers is slowed',
      { isPersonal: true, week: { sent: 500, failed: 0, blocked: 0, replied: 4 } },
      { state: 'slowed', cause: 'health_no_replies' },
    ],
    [
      'at its limit of unanswered messages is stopped',
      { unansweredLimit: 100, week: { sent: 120, failed: 0, blocked: 0, replied: 20 } },
      { state: 'stopped', cause: 'unanswered_limit' },
    ],
    [
      'below that limit goes on',
      { unansweredLimit: 100, week: { sent: 120, failed: 0, blocked: 0, replied: 21 } },
      { state: 'good' },
    ],
    [
      'that was stopped stays so while it is held',
      { state: 'stopped', isHeld: true, ...hour(0, 0) },
      { state: 'stopped' },
    ],
    [
      'comes back slowly',
      { state: 'stopped', isHeld: false, ...hour(0, 0) },
      { state: 'slowed', paceShare01: 0.25 },
    ],
    [
      'that was slowed stays so for ten minutes',
      { state: 'slowed', sinceMinutes: 9, ...hour(100, 0) },
      { state: 'slowed' },
    ],
    ['is good again after them', { state: 'slowed', sinceMinutes: 11, ...hour(100, 5) }, { state: 'good' }],
    [
      'is not good again with half the trouble',
      { state: 'slowed', sinceMinutes: 11, ...hour(88, 12) },
      { state: 'slowed' },
    ],
  ])('%s', (_name, facts, verdict) => {
    expect(judge({ ...fine, ...facts })).toMatchObject(verdict);
  });

  test('has a score that only falls with more trouble', () => {
    const scores = [0, 5, 10, 20, 40, 80].map(
      (failed) => judge({ ...fine, ...hour(100, failed, failed / 5) }).score,
    );
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    expect(scores[0]).toBe(100);
    expect(scores.at(-1)).toBeLessThan(25);
  });
});
