import { describe, expect, it, vi } from 'vitest';
import { within } from './within.ts';

const forever = new Promise<never>(() => undefined);

describe('within', () => {
  it('passes on what the work gives or throws', async () => {
    const limits = { what: 'adding', timeoutMs: 1000 };
    expect(await within(Promise.resolve(7), limits)).toBe(7);
    await expect(within(Promise.reject(new Error('no')), limits)).rejects.toThrow('no');
  });

  it('gives up by name when the time has run out', async () => {
    await expect(within(forever, { what: 'adding', timeoutMs: 5 })).rejects.toMatchObject({
      code: 'timeout',
      message: 'adding took longer than 5 ms',
    });
  });

  it('gives up at once when the signal aborts, also before the start, leaving no timer', async () => {
    vi.useFakeTimers();
    try {
      const stop = new AbortController();
      const waiting = within(forever, { what: 'adding', timeoutMs: 1000, signal: stop.signal });
      stop.abort(new Error('enough'));
      await expect(waiting).rejects.toThrow('enough');
      expect(vi.getTimerCount()).toBe(0);
      const limits = { what: 'adding', timeoutMs: 1000, signal: stop.signal };
      await expect(within(forever, limits)).rejects.toThrow('enough');
    } finally {
      vi.useRealTimers();
    }
  });

  it('swallows a failure that comes too late', async () => {
    const work = Promise.withResolvers<never>();
    await expect(within(work.promise, { what: 'adding', timeoutMs: 1 })).rejects.toThrow('longer');
    work.reject(new Error('late'));
    await Promise.resolve();
  });
});
