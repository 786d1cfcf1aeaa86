import { describe, expect, it } from 'vitest';
import { createHandOver } from './hand-over.ts';

const options = { capacity: 3, batch: 2, retryMs: 5 };

describe('what is handed over', () => {
  it('waits for a listener, and comes in order and in batches', async () => {
    const { push, listen } = createHandOver<number>(options);
    for (const item of [1, 2, 3]) push(item);
    const seen: (readonly number[])[] = [];
    listen((items) => Promise.resolve(void seen.push(items)));
    await expect.poll(() => seen, { interval: 1 }).toEqual([[1, 2], [3]]);
  });

  it('is told of as taken only when it was, after as many failures as it needs', async () => {
    const { push, listen } = createHandOver<number>(options);
    let failures = 2;
    const taken: number[] = [];
    listen(() => (failures-- > 0 ? Promise.reject(new Error('not yet')) : Promise.resolve()));
    push(1, () => taken.push(1));
    await expect.poll(() => taken, { interval: 1 }).toEqual([1]);
    expect(failures).toBe(-1);
  });

  it('is not kept beyond the capacity', () => {
    const { push } = createHandOver<number>(options);
    expect([1, 2, 3, 4].map((item) => push(item))).toEqual([true, true, true, false]);
  });

  it('is kept for the next listener when one stops', async () => {
    const { push, listen } = createHandOver<number>({ ...options, retryMs: 60_000 });
    const stop = listen(() => Promise.reject(new Error('never')));
    push(1);
    await stop();
    const seen: number[] = [];
    listen((items) => Promise.resolve(void seen.push(...items)));
    await expect.poll(() => seen, { interval: 1 }).toEqual([1]);
  });

  it('ends when it is closed, whatever it was waiting for', async () => {
    const { push, listen, close } = createHandOver<number>({ ...options, retryMs: 60_000 });
    listen(() => Promise.reject(new Error('never')));
    push(1);
    await close();
    await close();
    expect(push(2)).toBe(false);
  });
});
