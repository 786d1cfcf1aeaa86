import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineCacheClass } from './cache-class.ts';
import { CacheError } from './cache-error.ts';
import type { DistributedCache } from './distributed-cache.ts';

/** A cache whose wall clock the test moves. */
export interface CacheUnderTest {
  readonly cache: DistributedCache;
  /** Moves the wall clock of all instances. */
  readonly pass: (ms: number) => void;
}

/** What every cache promises, with Redis or without; `open` gives an empty one. */
export function describeCache(name: string, open: () => Promise<CacheUnderTest>): void {
  const schema = z.object({ name: z.string(), tags: z.array(z.string()) });
  const plans = defineCacheClass({
    name: 'plan',
    scope: 'tenant',
    schema,
    ttlMs: 1000,
    jitter01: 0,
    staleMs: 500,
  });
  const ana = { name: 'Ana', tags: ['vip'] };
  const bia = { name: 'Bia', tags: [] };
  const key = plans.key('t1', 'p1');
  let cache: DistributedCache;
  let pass: (ms: number) => void;

  beforeEach(async () => {
    ({ cache, pass } = await open());
  });

  describe(name, () => {
    it('gives back what was set, until it is deleted', async () => {
      expect(await cache.get(key)).toBeUndefined();
      await cache.set(key, ana);
      expect(await cache.get(key)).toEqual(ana);
      expect(await cache.has(key)).toBe(true);
      expect(await cache.get(plans.key('t2', 'p1'))).toBeUndefined();
      expect(await cache.del(key)).toBe(true);
      expect(await cache.del(key)).toBe(false);
      expect(await cache.get(key)).toBeUndefined();
      expect(await cache.has(key)).toBe(false);
    });

    it('lets nobody change what others get', async () => {
      const mine = structuredClone(ana);
      await cache.set(key, mine);
      expect(() => mine.tags.push('no')).toThrow(TypeError);
      expect(await cache.get(key)).toEqual(ana);
    });

    it('ends a value at its time, or at the time given with it', async () => {
      await cache.set(key, ana);
      await cache.set(plans.key('t1', 'short'), bia, 100);
      pass(101);
      expect(await cache.get(plans.key('t1', 'short'))).toBeUndefined();
      expect(await cache.get(key)).toEqual(ana);
      pass(900);
      expect(await cache.get(key)).toBeUndefined();
      expect(await cache.has(key)).toBe(false);
    });

    it('loads once for all who ask at the same time', async () => {
      let loads = 0;
      const gate = Promise.withResolvers<void>();
      const load = async (): Promise<typeof ana> => {
        loads++;
        await gate.promise;
        return structuredClone(ana);
      };
      const asked = Array.from({ length: 50 }, () => cache.getOrLoad(key, load));
      await expect.poll(() => loads).toBe(1);
      gate.resolve();
      expect(new Set(await Promise.all(asked)).size).toBe(1);
      expect(await cache.getOrLoad(key, load)).toEqual(ana);
      expect(loads).toBe(1);
      expect(cache.getStats()).toMatchObject({ loads: 1, sharedLoads: 49, misses: 50, hits: 1 });
    });

    it('fails all who wait when the load fails, and loads again for the next', async () => {
      const fail = (): Promise<never> => Promise.reject(new Error('no luck'));
      const both = await Promise.allSettled([cache.getOrLoad(key, fail), cache.getOrLoad(key, fail)]);
      expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
      expect(await cache.getOrLoad(key, () => Promise.resolve(ana))).toEqual(ana);
      expect(cache.getStats()).toMatchObject({ loads: 2, loadFailures: 1 });
    });

    it('gives up a load that takes too long, and tells it', async () => {
      const slow = defineCacheClass({
        name: 'slow',
        scope: 'global',
        schema,
        ttlMs: 1000,
        loadTimeoutMs: 30,
      });
      let signal: AbortSignal | undefined;
      const waiting = cache.getOrLoad(slow.key('k'), (context) => {
        ({ signal } = context);
        return new Promise(() => undefined);
      });
      await expect(waiting).rejects.toThrow(expect.objectContaining({ code: 'cache_load_timeout' }));
      await expect(waiting).rejects.toThrow(CacheError);
      expect(signal?.aborted).toBe(true);
    });

    it('lets one asker leave without ending the load for the others', async () => {
      const gate = Promise.withResolvers<typeof ana>();
      const stop = new AbortController();
      const leaving = cache.getOrLoad(key, () => gate.promise, { signal: stop.signal });
      const staying = cache.getOrLoad(key, () => gate.promise);
      stop.abort(new Error('bye'));
      await expect(leaving).rejects.toThrow('bye');
      gate.resolve(ana);
      expect(await staying).toEqual(ana);
      await expect(cache.getOrLoad(key, () => gate.promise, { signal: stop.signal })).rejects.toThrow('bye');
    });

    it('hands out a value past its time while it loads the next one behind the scenes', async () => {
      await cache.set(key, ana);
      pass(1001);
      const gate = Promise.withResolvers<typeof ana>();
      let loads = 0;
      const load = (): Promise<typeof ana> => {
        loads++;
        return gate.promise;
      };
      expect(await cache.getOrLoad(key, load)).toEqual(ana);
      expect(await cache.getOrLoad(key, load)).toEqual(ana);
      await expect.poll(() => loads).toBe(1);
      gate.resolve(bia);
      await expect.poll(() => cache.get(key)).toEqual(bia);
      expect(cache.getStats().staleHits).toBe(2);
    });

    it('keeps the old value when the next one cannot be loaded, until its end', async () => {
      await cache.set(key, ana);
      pass(1001);
      const fail = (): Promise<never> => Promise.reject(new Error('no luck'));
      expect(await cache.getOrLoad(key, fail)).toEqual(ana);
      await expect.poll(() => cache.getStats().loadFailures).toBe(1);
      expect(await cache.getOrLoad(key, fail)).toEqual(ana);
      pass(500);
      await expect(cache.getOrLoad(key, fail)).rejects.toThrow('no luck');
    });

    it('remembers that there is none only where the class says so, and for as long', async () => {
      const seldom = defineCacheClass({
        name: 'seldom',
        scope: 'global',
        schema,
        ttlMs: 1000,
        negativeTtlMs: 100,
        jitter01: 0,
      });
      let loads = 0;
      const none = (): Promise<undefined> => {
        loads++;
        return Promise.resolve(undefined);
      };
      expect(await cache.getOrLoad(seldom.key('k'), none)).toBeUndefined();
      expect(await cache.getOrLoad(seldom.key('k'), none)).toBeUndefined();
      expect(await cache.get(seldom.key('k'))).toBeUndefined();
      expect(await cache.has(seldom.key('k'))).toBe(false);
      expect(loads).toBe(1);
      expect(cache.getStats().negativeHits).toBe(2);
      pass(101);
      await cache.getOrLoad(seldom.key('k'), none);
      expect(loads).toBe(2);
      await cache.getOrLoad(key, none);
      await cache.getOrLoad(key, none);
      expect(loads).toBe(4);
    });

    it.each(['set', 'del'] as const)(
      'a load that began before a %s does not bring the old value back',
      async (change) => {
        const gate = Promise.withResolvers<typeof ana>();
        let isLoading = false;
        const old = cache.getOrLoad(key, () => {
          isLoading = true;
          return gate.promise;
        });
        await expect.poll(() => isLoading).toBe(true);
        await (change === 'set' ? cache.set(key, bia) : cache.del(key));
        gate.resolve(ana);
        expect(await old).toEqual(ana);
        expect(await cache.get(key)).toEqual(change === 'set' ? bia : undefined);
        expect(await cache.getOrLoad(key, () => Promise.resolve(bia))).toEqual(bia);
      },
    );

    it('empties a class, or everything', async () => {
      const other = defineCacheClass({ name: 'other', scope: 'global', schema, ttlMs: 1000 });
      await cache.set(key, ana);
      await cache.set(other.key('k'), bia);
      expect(await cache.getTotalKeys()).toBe(2);
      expect(await cache.getTotalKeys(plans)).toBe(1);
      await cache.clear(plans);
      expect(await cache.get(key)).toBeUndefined();
      expect(await cache.get(other.key('k'))).toEqual(bia);
      await cache.clear();
      expect(await cache.getTotalKeys()).toBe(0);
      expect(await cache.get(other.key('k'))).toBeUndefined();
    });

    it('decodes lazily', async () => {
      expect(await cache.getLazy(key)).toBeUndefined();
      await cache.set(key, ana);
      const lazy = await cache.getLazy(key);
      expect(lazy?.bytes().toString()).toBe(JSON.stringify(ana));
      expect(lazy?.value()).toEqual(ana);
      expect(lazy?.value()).toBe(lazy?.value());
      pass(1001);
      expect(await cache.getLazy(key)).toBeUndefined();
    });

    it('counts, by class and in all', async () => {
      await cache.get(key);
      await cache.set(key, ana);
      await cache.get(key);
      await cache.get(key);
      await cache.get(key);
      await cache.del(key);
      const stats = cache.getStats(plans);
      expect(stats).toMatchObject({ hits: 3, misses: 1, hitRate: 0.75, sets: 1, deletes: 1, totalKeys: 0 });
      expect(cache.getStats()).toEqual(stats);
      expect(cache.getStatsByClass()).toEqual({ plan: stats });
      cache.resetStats();
      expect(cache.getStats()).toMatchObject({ hits: 0, misses: 0, hitRate: 0 });
    });

    it('refuses two classes of one name', async () => {
      const twin = defineCacheClass({ name: 'plan', scope: 'tenant', schema, ttlMs: 1 });
      await cache.get(key);
      expect(() => cache.get(twin.key('t1'))).toThrow(
        expect.objectContaining({ code: 'cache_class_invalid' }),
      );
      expect(cache.getStats(twin).hits).toBe(0);
    });
  });
}
