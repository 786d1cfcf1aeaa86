import { expect, it } from 'vitest';
import { Fifo } from './fifo.ts';

it('gives items back in the order they came, also after it was empty', () => {
  const fifo = new Fifo<number>();
  expect(fifo.shift()).toBeUndefined();
  fifo.push(1);
  fifo.push(2);
  expect(fifo.size).toBe(2);
  expect([fifo.shift()?.value, fifo.shift()?.value, fifo.shift()]).toEqual([1, 2, undefined]);
  fifo.push(3);
  expect([fifo.shift()?.value, fifo.size]).toEqual([3, 0]);
});

it('loses nothing when items come while others wait', () => {
  const fifo = new Fifo<number>();
  for (const item of [1, 2, 3]) fifo.push(item);
  expect(fifo.shift()?.value).toBe(1);
  fifo.push(4);
  expect([fifo.shift()?.value, fifo.shift()?.value, fifo.shift()?.value, fifo.size]).toEqual([2, 3, 4, 0]);
});
