import { expect, test } from 'vitest';
import { rateOf } from './use-send-rate.ts';

test('a rate is what was settled over the time watched', () => {
  const samples = [
    { atMs: 0, done: 100 },
    { atMs: 500, done: 180 },
    { atMs: 2_000, done: 300 },
  ];
  expect(rateOf(samples)).toBe(100);
});

test('too little to measure is no rate, and going back is none either', () => {
  expect(rateOf([{ atMs: 0, done: 0 }])).toBeNull();
  expect(
    rateOf([
      { atMs: 0, done: 0 },
      { atMs: 100, done: 50 },
    ]),
  ).toBeNull();
  expect(
    rateOf([
      { atMs: 0, done: 50 },
      { atMs: 2_000, done: 20 },
    ]),
  ).toBe(0);
});
