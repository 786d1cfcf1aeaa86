import { expect, it } from 'vitest';
import { BusyMeter } from './busy-meter.ts';

it('averages over time, each stretch for itself', () => {
  let nowMs = 100;
  const meter = new BusyMeter({ now: () => nowMs });
  meter.set(4);
  nowMs = 125;
  meter.set(0);
  nowMs = 150;
  meter.set(2);
  nowMs = 200;
  expect(meter.take()).toBe(2);
  nowMs = 300;
  expect(meter.take()).toBe(2);
});

it('is what is busy now when no time has passed', () => {
  const meter = new BusyMeter({ now: () => 0 });
  meter.set(3);
  expect(meter.take()).toBe(3);
});
