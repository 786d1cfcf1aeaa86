import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabase } from '@zaphub/db';
import { createTestDatabase, startRedis, startRestartablePostgres } from '@zaphub/testing';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { planRound } from './plan-round.ts';
import { type RoundResult, runRound, type SoakPlace } from './run-round.ts';

/*
 * Random campaigns with random faults. `npm test` runs one round on each queue; `npm run faults` as many as it takes
 * for a thousand campaigns. A round that is not clean prints its seed: FAULT_SEED runs it again.
 */
const firstSeed = Number(process.env['FAULT_SEED'] ?? Math.floor(Math.random() * 1e9));
const rounds = Number(process.env['FAULT_ROUNDS'] ?? 1);
const campaigns = 20;
/** A server of their own can be restarted, which takes more time than there is in a short run. */
const restartsPostgres = process.env['FAULT_ROUNDS'] !== undefined;
const results: (RoundResult & { readonly queues: string })[] = [];

afterAll(async () => {
  const file = process.env['FAULT_REPORT'];
  if (file !== undefined) await writeFile(file, JSON.stringify(results, undefined, 2));
});

async function openPlace(queues: 'postgres' | 'redis'): Promise<SoakPlace> {
  const dir = await mkdtemp(join(tmpdir(), 'zaphub-soak-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const redis =
    queues === 'redis' ? await startRedis({ settings: { 'maxmemory-policy': 'noeviction' } }) : undefined;
  if (redis !== undefined) onTestFinished(() => redis.close());
  const postgres = restartsPostgres ? await startRestartablePostgres() : undefined;
  const database = postgres ?? (await createTestDatabase());
  onTestFinished(() => database.close());
  const systemUrl = database.urls.system;
  const db = createDatabase({ connectionString: systemUrl, applicationName: 'soak' });
  onTestFinished(() => db.close());
  return {
    db,
    systemUrl,
    journalDir: join(dir, 'journal'),
    filesDir: join(dir, 'files'),
    redis,
    postgres,
  };
}

test.each(['postgres', 'redis'] as const)(
  'random campaigns with random faults end clean, with queues in %s',
  { timeout: 60_000 + rounds * 120_000 },
  async (queues) => {
    const place = await openPlace(queues);
    const breakable = { redis: queues === 'redis', database: place.postgres !== undefined };
    for (let round = 0; round < rounds; round++) {
      const seed = firstSeed + round;
      console.log(`round ${round + 1} of ${rounds}, queues in ${queues}: FAULT_SEED=${seed}`);
      const result = await runRound(place, planRound(seed, { campaigns, breakable }));
      results.push({ ...result, queues });
      expect(result.broken, `FAULT_SEED=${seed}\n${result.log}`).toEqual([]);
    }
  },
);
