import { defineCacheClass } from '@zaphub/cache';
import { z } from 'zod';
import type { BenchRow } from '../bench-row.ts';
import { medianRounds, rate } from '../rounds.ts';
import { comparedRow } from './rows.ts';
import type { Stage } from './stage.ts';

const [keys, callers] = [100, 100];
const numbers = defineCacheClass({ name: 'number', scope: 'global', schema: z.number(), ttlMs: 3_600_000 });

/** A hundred callers at once for each of a hundred cold keys, in one process. */
export async function* measureStampede(
  { cacheInMemory, bentoInMemory }: Stage,
  rounds: number,
): AsyncGenerator<BenchRow> {
  let run = 0;
  let loads = 0;
  const load = (): Promise<number> => {
    loads++;
    return Promise.resolve(1);
  };
  const stampede = (ask: (name: string) => Promise<unknown>) => () => {
    run++;
    return rate(keys * callers, async () => {
      for (let key = 0; key < keys; key++) {
        await Promise.all(Array.from({ length: callers }, () => ask(`${run}-${key}`)));
      }
    });
  };
  const rates = await medianRounds(
    {
      ours: stampede((name) => cacheInMemory.getOrLoad(numbers.key(name), load)),
      bento: stampede((name) => bentoInMemory.getOrSet({ key: name, ttl: '1h', factory: load })),
    },
    rounds,
  );
  yield comparedRow(
    'stampede: 100 callers for a cold key',
    'callers/s',
    rates.ours,
    { bentocache: rates.bento },
    { peer: 'bentocache', least: 3 },
  );
  const expected = 2 * keys * (rounds + 1);
  yield comparedRow(
    'stampede: loads, both sides',
    'loads',
    loads,
    { expected },
    { peer: 'expected', most: 1 },
  );
}
