import { describe, expect, test } from 'vitest';
import { rotationOf } from './pool-lines.ts';
import { poolPace } from './pool-pace.ts';

const number = (ratePerSecond: number | null, weight = 1) => ({ ratePerSecond, weight });

describe('the pace of a pool', () => {
  test('of one number is its rate', () => {
    expect(poolPace([number(3)], 100)).toEqual([3]);
    expect(poolPace([number(null)], 100)).toEqual([Infinity]);
  });

  test('keeps to the weights: the slowest for its weight holds the others back', () => {
    expect(poolPace([number(40), number(20)], 160)).toEqual([20, 20]);
    expect(poolPace([number(40, 3), number(20)], 160)).toEqual([40, 40 / 3]);
    expect(poolPace([number(null), number(10)], 160)).toEqual([10, 10]);
  });

  test('waits for nobody whose helpings last longer than the others wait', () => {
    // 250 at 1 a second last longer than anybody waits, and so do the other's.
    expect(poolPace([number(10), number(1)], 100_000)).toEqual([10, 1]);
    // Each has a line of its own: nobody waits for more than its share.
    expect(poolPace([number(10), number(1)], 0)).toEqual([1, 1]);
  });
});

test('lines are shared out by the weights, evenly, and everybody has a place', () => {
  const [a, b] = [
    { id: 'a', weight: 2 },
    { id: 'b', weight: 1 },
  ];
  expect(rotationOf([a, b])).toEqual(['a', 'b', 'a']);
  expect(rotationOf([])).toEqual([]);
  const wide = rotationOf([{ id: 'a', weight: 10_000 }, b]);
  expect(new Set(wide)).toEqual(new Set(['a', 'b']));
  expect(wide.length).toBeLessThan(210);
});
