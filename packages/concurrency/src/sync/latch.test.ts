import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tick } from '../time/manual-clock.ts';
import { Latch } from './latch.ts';
import { SyncClosedError } from './sync-closed-error.ts';

describe('Latch', () => {
  it('holds everybody back until the count is zero, then lets them through in order', async () => {
    const latch = new Latch(3);
    const order: string[] = [];
    const passing = ['a', 'b'].map((name) => latch.wait().then(() => order.push(name)));
    latch.countDown();
    expect([latch.count, latch.isOpen, latch.waiting]).toEqual([2, false, 2]);
    await tick();
    expect(order).toEqual([]);
    latch.countDown(2);
    expect([latch.count, latch.isOpen, latch.waiting]).toEqual([0, true, 0]);
    await Promise.all(passing);
    expect(order).toEqual(['a', 'b']);
    await latch.wait();
  });

  it('stays open, and counts no further than zero', async () => {
    const latch = new Latch(2);
    latch.countDown(5);
    latch.countDown();
    expect([latch.count, latch.isOpen]).toEqual([0, true]);
    await latch.wait();
  });

  it('is open from the start with a count of 0', async () => {
    const latch = new Latch(0);
    expect(latch.isOpen).toBe(true);
    await latch.wait();
  });

  it('ends an aborted wait at once and holds the others', async () => {
    const latch = new Latch(1);
    const stop = new AbortController();
    const leaving = latch.wait(stop.signal);
    const staying = latch.wait();
    stop.abort(new Error('gave up'));
    expect([latch.waiting, latch.count]).toEqual([1, 1]);
    await expect(leaving).rejects.toThrow('gave up');
    latch.countDown();
    await staying;
  });

  it('refuses a signal that has aborted, open or not', async () => {
    const signal = AbortSignal.abort(new Error('already'));
    await expect(new Latch(1).wait(signal)).rejects.toThrow('already');
    await expect(new Latch(0).wait(signal)).rejects.toThrow('already');
  });

  it.each([-1, 0.5, Number.NaN])('refuses a count of %d', (count) => {
    expect(() => new Latch(count)).toThrow(
      new RangeError(`count must be a whole number from 0, not ${count}`),
    );
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses to count down by %d', (n) => {
    const latch = new Latch(1);
    expect(() => latch.countDown(n)).toThrow(new RangeError(`n must be a whole number from 1, not ${n}`));
    expect(latch.count).toBe(1);
  });

  it('refuses whoever waits or comes when it is closed before it opens', async () => {
    const latch = new Latch(1);
    const waiting = latch.wait();
    latch.close();
    latch.close();
    expect(latch.waiting).toBe(0);
    await expect(waiting).rejects.toThrow(new SyncClosedError('latch'));
    await expect(latch.wait()).rejects.toMatchObject({ code: 'sync_closed', message: 'the latch is closed' });
    latch.countDown();
    await latch.wait();
  });

  it('lets everybody through that comes after it has opened, closed or not', async () => {
    const latch = new Latch(1);
    latch.countDown();
    {
      using scoped = latch;
      expect(scoped.isOpen).toBe(true);
    }
    await latch.wait();
    const scoped = new Latch(1);
    scoped[Symbol.dispose]();
    await expect(scoped.wait()).rejects.toThrow('closed');
  });

  it('lets through exactly those who have not left, once enough has been counted, in any order of steps', async () => {
    const step = fc.oneof(
      fc.record({ type: fc.constant('wait' as const) }),
      fc.record({ type: fc.constant('count' as const), by: fc.integer({ min: 1, max: 3 }) }),
      fc.record({ type: fc.constant('abort' as const), pick: fc.nat() }),
    );
    await fc.assert(
      fc.asyncProperty(fc.nat(12), fc.array(step, { maxLength: 40 }), async (count, steps) => {
        const latch = new Latch(count);
        const passed: number[] = [];
        const expected: number[] = [];
        let inLine: { id: number; stop: AbortController }[] = [];
        let left = count;
        let ids = 0;
        for (const current of steps) {
          if (current.type === 'wait') {
            const entry = { id: ids++, stop: new AbortController() };
            latch.wait(entry.stop.signal).then(
              () => passed.push(entry.id),
              () => undefined,
            );
            if (left === 0) expected.push(entry.id);
            else inLine.push(entry);
          } else if (current.type === 'count') {
            latch.countDown(current.by);
            left = Math.max(0, left - current.by);
            if (left === 0) expected.push(...inLine.splice(0).map((entry) => entry.id));
          } else {
            const picked = inLine[current.pick % Math.max(1, inLine.length)];
            picked?.stop.abort();
            inLine = inLine.filter((entry) => entry !== picked);
          }
          expect([latch.count, latch.waiting]).toEqual([left, inLine.length]);
        }
        await tick();
        expect(passed).toEqual(expected);
      }),
      { numRuns: 100 },
    );
  });
});
