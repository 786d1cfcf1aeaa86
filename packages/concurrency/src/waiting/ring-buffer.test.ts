import { expect, it } from 'vitest';
import { RingBuffer } from './ring-buffer.ts';

it('keeps the order while it grows with its first value anywhere, and when its room is used again', () => {
  const ring = new RingBuffer<number>();
  const held: number[] = [];
  let next = 0;
  for (const added of [1, 3, 2, 6, 1, 9, 4]) {
    for (let n = 0; n < added; n++) {
      ring.push(next);
      held.push(next++);
    }
    expect(ring.size).toBe(held.length);
    for (let n = 0; n < 2 && held.length > 0; n++) expect(ring.shift()).toBe(held.shift());
    expect(ring.size).toBe(held.length);
  }
  while (held.length > 0) expect(ring.shift()).toBe(held.shift());
  expect(ring.size).toBe(0);
});

it('holds undefined like any value, and nothing after it was cleared', () => {
  const ring = new RingBuffer<undefined | number>();
  ring.push(undefined);
  ring.push(1);
  expect([ring.size, ring.shift(), ring.size]).toEqual([2, undefined, 1]);
  ring.push(2);
  ring.clear();
  expect(ring.size).toBe(0);
  ring.push(3);
  expect([ring.size, ring.shift()]).toEqual([1, 3]);
});
