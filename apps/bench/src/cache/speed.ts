import { LRUCache } from 'lru-cache';
import type { BenchRow } from '../bench-row.ts';
import { medianRounds, rate } from '../rounds.ts';
import { comparedRow } from './rows.ts';
import { contacts, distantContacts, sample, type Stage } from './stage.ts';

const keyCount = 2000;
const inFlight = 50;
const counts = { memory: 200_000, bentoMemory: 40_000, redisReads: 20_000, redisWrites: 10_000 } as const;

/** Hits in memory, reads from Redis, writes that reach everybody: ours beside the peers. */
export async function* measureSpeed(stage: Stage, rounds: number): AsyncGenerator<BenchRow> {
  const ids = Array.from({ length: keyCount }, (_, i) => String(i));
  const order = shuffled(Math.max(...Object.values(counts)));
  await fill(stage, ids);
  yield* measureMemory(stage, ids, order, rounds);
  yield* measureRedis(stage, ids, order, rounds);
}

async function* measureMemory(
  { cache, bento }: Stage,
  ids: readonly string[],
  order: Uint16Array,
  rounds: number,
): AsyncGenerator<BenchRow> {
  const keys = ids.map((id) => contacts.key('t1', id));
  const names = ids.map((id) => `t1:contact:${id}`);
  const lru = new LRUCache<string, object>({ max: 20_000, ttl: 3_600_000 });
  for (const name of names) lru.set(name, sample);
  const load = (): Promise<typeof sample> => Promise.resolve(sample);
  const oneByOne = (count: number, get: (i: number) => unknown) => () =>
    rate(count, async () => {
      for (let i = 0; i < count; i++) await get(order[i] ?? 0);
    });
  const rates = await medianRounds(
    {
      ours: oneByOne(counts.memory, (i) => cache.get(keys[i] ?? contacts.key(''))),
      oursBuilt: oneByOne(counts.memory, (i) => cache.get(contacts.key('t1', ids[i] ?? ''))),
      oursLoad: oneByOne(counts.memory, (i) => cache.getOrLoad(keys[i] ?? contacts.key(''), load)),
      bento: oneByOne(counts.bentoMemory, (i) => bento.get({ key: names[i] ?? '' })),
      bentoBuilt: oneByOne(counts.bentoMemory, (i) => bento.get({ key: `t1:contact:${ids[i]}` })),
      bentoLoad: oneByOne(counts.bentoMemory, (i) =>
        bento.getOrSet({ key: names[i] ?? '', ttl: '1h', factory: load }),
      ),
      lru: oneByOne(counts.memory, (i) => lru.get(names[i] ?? '')),
    },
    rounds,
  );
  const peers = { bentocache: rates.bento, 'await lru-cache': rates.lru };
  const goal = { peer: 'bentocache', least: 5 };
  yield comparedRow('hit in memory: get', 'ops/s', rates.ours, peers, goal);
  yield comparedRow('hit in memory: get, key made each time', 'ops/s', rates.oursBuilt, {
    bentocache: rates.bentoBuilt,
  });
  yield comparedRow(
    'hit in memory: getOrLoad',
    'ops/s',
    rates.oursLoad,
    { bentocache: rates.bentoLoad },
    goal,
  );
}

async function* measureRedis(
  { cache, raw, bento, bentoOnRedis }: Stage,
  ids: readonly string[],
  order: Uint16Array,
  rounds: number,
): AsyncGenerator<BenchRow> {
  const distant = ids.map((id) => distantContacts.key('t1', id));
  const near = ids.map((id) => contacts.key('t1', id));
  const names = ids.map((id) => `t1:contact:${id}`);
  const parallel = (count: number, act: (i: number) => Promise<unknown>) => () =>
    rate(count, async () => {
      let next = 0;
      await Promise.all(
        Array.from({ length: inFlight }, async () => {
          while (next < count) await act(order[next++] ?? 0);
        }),
      );
    });
  const rates = await medianRounds(
    {
      raw: parallel(
        counts.redisReads,
        async (i) => JSON.parse((await raw.get(`raw:${names[i]}`)) ?? '') as unknown,
      ),
      ours: parallel(counts.redisReads, (i) => cache.get(distant[i] ?? distantContacts.key(''))),
      bento: parallel(counts.redisReads, (i) => bentoOnRedis.get({ key: names[i] ?? '' })),
      rawWrite: parallel(counts.redisWrites, (i) =>
        raw.set(`raw:${names[i]}`, JSON.stringify(sample), 'PX', 3_600_000),
      ),
      oursWrite: parallel(counts.redisWrites, (i) => cache.set(near[i] ?? contacts.key(''), sample)),
      bentoWrite: parallel(counts.redisWrites, (i) => bento.set({ key: names[i] ?? '', value: sample })),
    },
    rounds,
  );
  yield comparedRow(
    'read from Redis, 50 at once',
    'ops/s',
    rates.ours,
    { 'ioredis + JSON': rates.raw, bentocache: rates.bento },
    { peer: 'ioredis + JSON', least: 0.9 },
  );
  yield comparedRow(
    'write to memory, Redis and bus, 50 at once',
    'ops/s',
    rates.oursWrite,
    { bentocache: rates.bentoWrite, 'ioredis SET alone': rates.rawWrite },
    { peer: 'bentocache', least: 2 },
  );
}

async function fill({ cache, raw, bento, bentoOnRedis }: Stage, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    const name = `t1:contact:${id}`;
    await Promise.all([
      cache.set(contacts.key('t1', id), sample),
      cache.set(distantContacts.key('t1', id), sample),
      raw.set(`raw:${name}`, JSON.stringify(sample)),
      bento.set({ key: name, value: sample }),
      bentoOnRedis.set({ key: name, value: sample }),
    ]);
  }
}

function shuffled(length: number): Uint16Array {
  return new Uint16Array(length).map(() => Math.floor(Math.random() * keyCount));
}
