import fc from 'fast-check';
import { expect, it } from 'vitest';
import { coalesce } from './coalesce.ts';

const [ttlMs, staleMs, negativeTtlMs, maxEntries] = [10, 5, 3, 2];
const key = fc.integer({ min: 0, max: 3 });
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('get' as const), key, canLeave: fc.boolean() }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('end' as const),
      at: fc.nat(),
      how: fc.constantFrom('value', 'none', 'bad'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('leave' as const), at: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), key }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 8 }) }),
  },
);

interface Load {
  readonly id: number;
  readonly key: number;
  waiting: number[];
  isAborted: boolean;
}

/** What the cache is, said with plain lists: what is kept (the least recently used first) and what is loading. */
class Model {
  nowMs = 0;
  kept: { key: number; end: string; freshUntilMs: number; staleUntilMs: number }[] = [];
  /** Not ended by the loader, wanted or not. */
  open: Load[] = [];
  readonly all: Load[] = [];
  /** The load whose value will be kept. */
  readonly current = new Map<number, Load>();
  readonly ends: string[] = [];

  get(caller: number, key: number): void {
    this.ends[caller] = '';
    const found = this.kept.find((one) => one.key === key);
    if (found !== undefined && this.nowMs < found.staleUntilMs) {
      this.kept = [...this.kept.filter((one) => one !== found), found];
      this.ends[caller] = found.end;
      if (this.nowMs >= found.freshUntilMs && !this.current.has(key)) this.#begin(key);
      return;
    }
    this.kept = this.kept.filter((one) => one !== found);
    (this.current.get(key) ?? this.#begin(key)).waiting.push(caller);
  }

  end(load: Load, end: string): void {
    this.open = this.open.filter((one) => one !== load);
    for (const caller of load.waiting) this.ends[caller] = end;
    if (this.current.get(load.key) !== load) return;
    this.current.delete(load.key);
    const old = this.kept.find((one) => one.key === load.key);
    if (end === 'bad' && old !== undefined && this.nowMs < old.staleUntilMs) {
      old.freshUntilMs = Math.min(old.staleUntilMs, this.nowMs + negativeTtlMs);
      return;
    }
    const isGood = end.startsWith('value');
    const freshUntilMs = this.nowMs + (isGood ? ttlMs : negativeTtlMs);
    this.kept = this.kept.filter((one) => one !== old);
    this.kept.push({ key: load.key, end, freshUntilMs, staleUntilMs: freshUntilMs + (isGood ? staleMs : 0) });
    while (this.kept.length > maxEntries) this.delete(this.kept[0]?.key ?? -1);
  }

  leave(caller: number): void {
    this.ends[caller] = 'left';
    for (const load of this.open) {
      if (!load.waiting.includes(caller)) continue;
      load.waiting = load.waiting.filter((one) => one !== caller);
      if (load.waiting.length === 0) this.#abort(load);
    }
  }

  delete(key: number): void {
    this.kept = this.kept.filter((one) => one.key !== key);
    const load = this.current.get(key);
    this.current.delete(key);
    if (load?.waiting.length === 0) this.#abort(load);
  }

  #begin(key: number): Load {
    const load: Load = { id: this.all.length, key, waiting: [], isAborted: false };
    this.open.push(load);
    this.all.push(load);
    this.current.set(key, load);
    return load;
  }

  #abort(load: Load): void {
    load.isAborted = true;
    if (this.current.get(load.key) === load) this.current.delete(load.key);
  }
}

it('answers, loads, aborts and forgets as a simple model does, whatever happens in whatever order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 80 }), async (steps) => {
      const model = new Model();
      const loads: (PromiseWithResolvers<string | undefined> & { key: number; signal: AbortSignal })[] = [];
      const cache = coalesce<number, string | undefined>(
        (key, { signal }) => {
          const load = { ...Promise.withResolvers<string | undefined>(), key, signal };
          loads.push(load);
          return load.promise;
        },
        { ttlMs, staleMs, negativeTtlMs, maxEntries, clock: { now: () => model.nowMs } },
      );
      const ends: string[] = [];
      const stops = new Map<number, AbortController>();
      for (const it of steps) {
        switch (it.kind) {
          case 'get': {
            const caller = ends.length;
            const stop = new AbortController();
            if (it.canLeave) stops.set(caller, stop);
            ends.push('');
            cache.get(it.key, it.canLeave ? stop.signal : undefined).then(
              (value) => (ends[caller] = value ?? 'none'),
              (reason: unknown) => (ends[caller] = String(reason)),
            );
            model.get(caller, it.key);
            break;
          }
          case 'end': {
            const load = model.open[it.at % Math.max(1, model.open.length)];
            if (load === undefined) break;
            if (it.how === 'bad') loads[load.id]?.reject('bad');
            else loads[load.id]?.resolve(it.how === 'none' ? undefined : `value ${load.id}`);
            model.end(load, it.how === 'value' ? `value ${load.id}` : it.how);
            break;
          }
          case 'leave': {
            const waiting = [...stops].filter(([caller]) => ends[caller] === '');
            const found = waiting[it.at % Math.max(1, waiting.length)];
            if (found === undefined) break;
            found[1].abort('left');
            model.leave(found[0]);
            break;
          }
          case 'delete':
            cache.delete(it.key);
            model.delete(it.key);
            break;
          case 'pass':
            model.nowMs += it.ms;
        }
        for (let i = 0; i < 6; i++) await Promise.resolve();
        expect(ends).toEqual(model.ends);
        expect(loads.map(({ key, signal }) => [key, signal.aborted])).toEqual(
          model.all.map(({ key, isAborted }) => [key, isAborted]),
        );
        expect([cache.stats.size, cache.stats.loading]).toEqual([model.kept.length, model.open.length]);
      }
    }),
    { numRuns: 300 },
  );
});
