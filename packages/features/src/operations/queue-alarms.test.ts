import type { QueueMetrics } from '@zaphub/queues';
import { describe, expect, test } from 'vitest';
import { alarmLimits, judgeQueues, type QueueSample } from './queue-alarms.ts';

const minute = 60_000;

function sample(
  atMs: number,
  given: Partial<Omit<QueueSample, 'atMs'>> & { depth?: number } = {},
): QueueSample {
  const { depth = 0, ...rest } = given;
  const metrics: QueueMetrics = {
    queue: 'message.send',
    waiting: depth,
    active: 0,
    delayed: 0,
    completed: 0,
    failed: 0,
    total: depth,
    isPaused: false,
  };
  return { atMs, queues: [metrics], activity: [], deadLetters: 0, ...rest };
}

const activity = (running: number, completed: number, failed: number, retried = 0) => [
  { queue: 'message.send', running, places: 5, ended: { completed, failed, retried } },
];

describe('a queue that is too long', () => {
  test('is an alarm once it was so for five minutes, and not when it was short in between', () => {
    const long = [0, 1, 2, 3, 4, 5].map((at) => sample(at * minute, { depth: 1001 }));
    expect(judgeQueues(long.slice(0, 5))).toEqual([]);
    expect(judgeQueues(long)).toEqual([
      { name: 'queue_depth', queue: 'message.send', value: 1001, limit: 1000 },
    ]);
    expect(judgeQueues(long.with(3, sample(3 * minute, { depth: 1000 })))).toEqual([]);
  });
});

describe('attempts that fail', () => {
  test('are an alarm when more than one in twenty did, of the last five minutes', () => {
    const good = sample(0, { activity: activity(0, 1000, 0) });
    const bad = sample(minute, { activity: activity(0, 1094, 3, 3) });
    expect(judgeQueues([good, bad])).toMatchObject([{ name: 'failure_rate', value: 0.06, limit: 0.05 }]);
    const better = sample(minute, { activity: activity(0, 1095, 5) });
    expect(judgeQueues([good, better])).toEqual([]);
    // Long ago: the window begins after it.
    const later = sample(10 * minute, { activity: activity(0, 1200, 3, 3) });
    expect(judgeQueues([bad, sample(9 * minute, { activity: activity(0, 1100, 3, 3) }), later])).toEqual([]);
  });

  test('say nothing while there are few', () => {
    const few = [
      sample(0, { activity: activity(0, 0, 0) }),
      sample(minute, { activity: activity(0, 0, 19) }),
    ];
    expect(judgeQueues(few)).toEqual([]);
  });
});

test('a worker without a free place for five minutes is an alarm', () => {
  const busy = [0, 5].map((at) => sample(at * minute, { activity: activity(5, 0, 0) }));
  expect(judgeQueues(busy)).toMatchObject([{ name: 'utilisation', queue: 'message.send', value: 1 }]);
  expect(judgeQueues(busy.with(0, sample(0, { activity: activity(4, 0, 0) })))).toEqual([]);
});

test('too many dead letters are an alarm at once', () => {
  expect(judgeQueues([sample(0, { deadLetters: alarmLimits.deadLetters + 1 })])).toEqual([
    { name: 'dead_letters', queue: '', value: 1001, limit: 1000 },
  ]);
});
