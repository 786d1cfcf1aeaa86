import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createManualClock, tick } from '../time/manual-clock.ts';
import type { LoadContext } from './coalesce-load.ts';
import type { CoalesceOptions } from './coalesce-options.ts';
import { coalesce } from './coalesce.ts';

/** A cache whose loads the test ends. */
function gated(options: CoalesceOptions<string | undefined> = {}) {
  const clock = createManualClock();
  const loads: (PromiseWithResolvers<string | undefined> & { key: string; context: LoadContext })[] = [];
  const cache = coalesce<string, string | undefined>(
    (key, context) => {
      const load = { ...Promise.withResolvers<string | undefined>(), key, context };
      loads.push(load);
      return load.promise;
    },
    { clock, ...options },
  );
  /** Asks and lets the load it begins succeed. */
  const fill = async (key: string, value: string | undefined): Promise<void> => {
    const asked = cache.get(key);
    loads.at(-1)?.resolve(value);
    await asked;
  };
  return { cache, loads, clock, fill };
}

const failed = new Error('failed');

describe('coalesce', () => {
  it('calls its loader once for all who ask for a key at the same time, and anew afterwards', async () => {
    const { cache, loads } = gated();
    const asked = [
      cache.get('a'),
      cache.get('b'),
      cache.get('a', new AbortController().signal),
      cache.get('a'),
    ];
    expect(loads.map(({ key }) => key)).toEqual(['a', 'b']);
    expect(cache.stats).toMatchObject({ misses: 2, joined: 2, loads: 2, loading: 2, size: 0 });
    loads[0]?.resolve('A');
    loads[1]?.resolve('B');
    expect(await Promise.all(asked)).toEqual(['A', 'B', 'A', 'A']);
    void cache.get('a');
    expect([loads.length, cache.stats.loading]).toEqual([3, 1]);
  });

  it('does not call a load unwanted that empties the cache as it begins', async () => {
    const cache = coalesce(
      async (key: string, { signal }) => {
        cache.clear();
        await tick();
        signal.throwIfAborted();
        return key;
      },
      { ttlMs: 1000 },
    );
    expect(await cache.get('a')).toBe('a');
    expect(cache.stats.size).toBe(0);
  });

  it('lets a caller go at once whose signal its own load aborts, and the load with it', async () => {
    const stop = new AbortController();
    let inside: AbortSignal | undefined;
    const cache = coalesce((_key: string, { signal }) => {
      inside = signal;
      stop.abort(new Error('enough'));
      return new Promise<string>(() => undefined);
    });
    await expect(cache.get('a', stop.signal)).rejects.toThrow('enough');
    expect(inside?.aborted).toBe(true);
  });

  it('goes on with a load that aborted its caller while somebody else waits for it', async () => {
    const stop = new AbortController();
    let other: Promise<string> | undefined;
    const cache = coalesce(async (key: string, { signal }): Promise<string> => {
      other = cache.get(key);
      stop.abort(new Error('enough'));
      await tick();
      return signal.aborted ? 'aborted' : 'loaded';
    });
    await expect(cache.get('a', stop.signal)).rejects.toThrow('enough');
    expect(await other).toBe('loaded');
  });

  it('gives a failure to all who wait, and asks again afterwards', async () => {
    const { cache, loads, fill } = gated({ ttlMs: 10 });
    const other = new AbortController();
    const asked = [cache.get('a'), cache.get('a', other.signal)];
    loads[0]?.reject(failed);
    for (const one of asked) await expect(one).rejects.toBe(failed);
    expect(getEventListeners(other.signal, 'abort')).toEqual([]);
    await fill('a', 'A');
    expect(cache.stats).toMatchObject({ loads: 2, failures: 1, loading: 0, size: 1 });
  });

  it('accepts loaders that are not asynchronous, and those that throw', async () => {
    const cache = coalesce((key: number) => {
      if (key < 0) throw failed;
      return key * 2;
    });
    expect(await cache.get(4)).toBe(8);
    await expect(cache.get(-1)).rejects.toBe(failed);
    expect(cache.stats.loading).toBe(0);
  });

  it('serves a value until it is too old, then loads it again', async () => {
    const { cache, loads, clock, fill } = gated({ ttlMs: 100 });
    await fill('a', 'A');
    await clock.advance(99);
    expect(await cache.get('a')).toBe('A');
    await clock.advance(1);
    const [asked, joined] = [cache.get('a'), cache.get('a')];
    loads[1]?.resolve('A2');
    expect([await asked, await joined, await cache.get('a')]).toEqual(['A2', 'A2', 'A2']);
    expect(cache.stats).toMatchObject({ hits: 2, misses: 2, joined: 1, loads: 2, size: 1 });
  });

  it('keeps a value for ever on demand', async () => {
    const { cache, clock, fill } = gated({ ttlMs: Infinity });
    await fill('a', 'A');
    await clock.advance(1e12);
    expect(await cache.get('a')).toBe('A');
  });

  it('serves a stale value while it loads it again once', async () => {
    const { cache, loads, clock, fill } = gated({ ttlMs: 100, staleMs: 50 });
    await fill('a', 'A');
    await clock.advance(149);
    expect([await cache.get('a'), await cache.get('a'), loads.length]).toEqual(['A', 'A', 2]);
    loads[1]?.resolve('A2');
    await tick();
    expect(await cache.get('a')).toBe('A2');
    expect(cache.stats).toMatchObject({ hits: 1, staleHits: 2, misses: 1, loads: 2 });
  });

  it('lets those who come when a stale value has ended wait for the load that is under way', async () => {
    const { cache, loads, clock, fill } = gated({ ttlMs: 100, staleMs: 50 });
    await fill('a', 'A');
    await clock.advance(149);
    await cache.get('a');
    await clock.advance(1);
    const asked = cache.get('a');
    expect([loads.length, cache.stats.joined, cache.stats.size]).toEqual([2, 1, 0]);
    loads[1]?.reject(failed);
    await expect(asked).rejects.toBe(failed);
    void cache.get('a');
    expect(loads).toHaveLength(3);
  });

  it('keeps a stale value when loading it again fails, and does not insist', async () => {
    const { cache, loads, clock, fill } = gated({ ttlMs: 100, staleMs: 50, negativeTtlMs: 20 });
    await fill('a', 'A');
    await clock.advance(100);
    await cache.get('a');
    loads[1]?.reject(failed);
    await clock.advance(19);
    expect([await cache.get('a'), loads.length]).toEqual(['A', 2]);
    await clock.advance(1);
    expect([await cache.get('a'), loads.length]).toEqual(['A', 3]);
    loads[2]?.reject(failed);
    await clock.advance(29);
    await cache.get('a');
    loads[3]?.reject(failed);
    await clock.advance(1);
    void cache.get('a');
    expect(loads).toHaveLength(5);
  });

  it('remembers failures and negative values for a time of their own', async () => {
    const { cache, loads, clock, fill } = gated({ ttlMs: 100, staleMs: 50, negativeTtlMs: 10 });
    const asked = cache.get('bad');
    loads[0]?.reject(failed);
    await expect(asked).rejects.toBe(failed);
    await fill('none', undefined);
    await clock.advance(9);
    await expect(cache.get('bad')).rejects.toBe(failed);
    expect(await cache.get('none')).toBeUndefined();
    expect([loads.length, cache.stats.hits, cache.stats.size]).toEqual([2, 2, 2]);
    await clock.advance(1);
    void cache.get('bad');
    void cache.get('none');
    expect(loads).toHaveLength(4);
  });

  it('does not remember negative values without such a time, and lets the caller say what they are', async () => {
    const { cache, loads, fill } = gated({ ttlMs: 100, isNegative: (value) => value === 'none' });
    await fill('a', 'none');
    expect(cache.stats.size).toBe(0);
    await fill('a', undefined);
    expect([cache.stats.size, await cache.get('a'), loads.length]).toEqual([1, undefined, 2]);
  });

  it('rejects those who wait when the value cannot be judged', async () => {
    const { cache, fill } = gated({
      isNegative: () => {
        throw failed;
      },
    });
    await expect(fill('a', 'A')).rejects.toBe(failed);
    expect(cache.stats).toMatchObject({ loading: 0, failures: 1 });
  });

  it('lets a caller give up without ending the load of the others', async () => {
    const { cache, loads } = gated({ ttlMs: 10 });
    const [stop, other] = [new AbortController(), new AbortController()];
    const leaving = cache.get('a', stop.signal);
    const staying = cache.get('a', other.signal);
    stop.abort(failed);
    await expect(leaving).rejects.toBe(failed);
    expect(loads[0]?.context.signal.aborted).toBe(false);
    loads[0]?.resolve('A');
    expect(await staying).toBe('A');
    expect(getEventListeners(other.signal, 'abort')).toEqual([]);
    await expect(cache.get('a', stop.signal)).rejects.toBe(failed);
    expect([await cache.get('a'), loads.length]).toEqual(['A', 1]);
  });

  it('never aborts a load somebody waits for without a signal', async () => {
    const { cache, loads } = gated();
    const staying = cache.get('a');
    const stop = new AbortController();
    const leaving = cache.get('a', stop.signal);
    stop.abort(failed);
    await expect(leaving).rejects.toBe(failed);
    loads[0]?.resolve('A');
    expect([await staying, loads[0]?.context.signal.aborted]).toEqual(['A', false]);
  });

  it('aborts a load when nobody waits for it any more, and begins another for who comes next', async () => {
    const { cache, loads } = gated({ ttlMs: 10 });
    const stop = new AbortController();
    const leaving = [cache.get('a', stop.signal), cache.get('a', stop.signal)];
    stop.abort(failed);
    for (const one of leaving) await expect(one).rejects.toBe(failed);
    expect(loads[0]?.context.signal.reason).toMatchObject({ code: 'load_unwanted' });
    const next = cache.get('a');
    loads[0]?.resolve('late');
    loads[1]?.resolve('A');
    expect([await next, await cache.get('a'), loads.length]).toEqual(['A', 'A', 2]);
    expect(cache.stats).toMatchObject({ loading: 0, failures: 0 });
  });

  it('does not bring back by a running load what was deleted', async () => {
    const { cache, loads, clock, fill } = gated({ ttlMs: 10, staleMs: 10 });
    const before = cache.get('a');
    expect(cache.delete('a')).toBe(true);
    const after = cache.get('a');
    loads[0]?.resolve('old');
    expect(await before).toBe('old');
    loads[1]?.resolve('new');
    expect([await after, await cache.get('a'), loads.length]).toEqual(['new', 'new', 2]);
    await clock.advance(10);
    await cache.get('a');
    cache.delete('a');
    expect(loads[2]?.context.signal.reason).toMatchObject({ code: 'load_unwanted' });
    loads[2]?.resolve('old');
    await tick();
    expect([cache.stats.size, cache.delete('a')]).toEqual([0, false]);
    await fill('a', 'newer');
    expect(await cache.get('a')).toBe('newer');
  });

  it('ends a deleted load when the last who waits for it gives up', async () => {
    const { cache, loads } = gated({ ttlMs: 10 });
    const stop = new AbortController();
    const before = cache.get('a', stop.signal);
    cache.delete('a');
    const after = cache.get('a');
    expect(loads[0]?.context.signal.aborted).toBe(false);
    stop.abort(failed);
    await expect(before).rejects.toBe(failed);
    expect(loads.map(({ context }) => context.signal.aborted)).toEqual([true, false]);
    loads[1]?.resolve('A');
    expect(await after).toBe('A');
  });

  it('does not count the failure of a deleted load, and tells who waits', async () => {
    const { cache, loads } = gated({ negativeTtlMs: 10 });
    const before = cache.get('a');
    cache.clear();
    loads[0]?.reject(failed);
    await expect(before).rejects.toBe(failed);
    expect(cache.stats).toMatchObject({ failures: 0, size: 0 });
  });

  it('forgets everything on demand', async () => {
    const { cache, loads, fill } = gated({ ttlMs: 10 });
    await fill('a', 'A');
    await fill('b', 'B');
    cache.clear();
    expect(cache.stats.size).toBe(0);
    void cache.get('a');
    expect(loads).toHaveLength(3);
  });

  it('lets the least recently used leave when there are too many', async () => {
    const { cache, loads, fill } = gated({ ttlMs: Infinity, maxEntries: 2 });
    await fill('a', 'A');
    await fill('b', 'B');
    await cache.get('a');
    await fill('c', 'C');
    expect([await cache.get('a'), await cache.get('c'), loads.length]).toEqual(['A', 'C', 3]);
    expect(cache.stats).toMatchObject({ evictions: 1, size: 2 });
    void cache.get('b');
    expect(loads).toHaveLength(4);
  });

  it('holds everything when told so', async () => {
    const { cache, fill } = gated({ ttlMs: Infinity, maxEntries: Infinity });
    for (let i = 0; i < 1100; i++) await fill(`${i}`, 'x');
    expect(cache.stats).toMatchObject({ size: 1100, evictions: 0 });
  });

  it('refuses times and sizes that are none', () => {
    for (const options of [
      { ttlMs: -1 },
      { staleMs: Number.NaN },
      { negativeTtlMs: -1 },
      { maxEntries: 0 },
    ]) {
      expect(() => gated(options)).toThrow(RangeError);
    }
  });
});
