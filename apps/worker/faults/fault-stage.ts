import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Database, createDatabase } from '@zaphub/db';
import { verifyLedger } from '@zaphub/features';
import type { QueueBackendOptions } from '@zaphub/queues';
import { type JournalCounts, readJournal } from '@zaphub/providers';
import { createTestDatabase, startRedis } from '@zaphub/testing';
import { expect } from 'vitest';
import { seedCampaign, type SeededCampaign, type SeedOptions } from './seed-campaign.ts';
import { startWorker, type WorkerProcess } from './worker-process.ts';

/** A database, a journal and the workers of one fault test. */
export interface FaultStage {
  readonly db: Database;
  readonly journalDir: string;
  /** Where the workers' queues are. */
  readonly queues: QueueBackendOptions;
  seed(options: SeedOptions): Promise<SeededCampaign>;
  worker(env?: Readonly<Record<string, string>>): WorkerProcess;
  /** The state of a campaign's rows, counted. */
  states(campaign: SeededCampaign): Promise<Record<string, number>>;
  status(campaign: SeededCampaign): Promise<string>;
  /** How many requests the network has seen. */
  requests(): Promise<number>;
  /** Waits until the network has seen so many requests. */
  untilRequests(count: number): Promise<void>;
  /** Waits until the campaign has ended by itself. */
  untilCompleted(campaign: SeededCampaign): Promise<void>;
  /** Everybody exactly once in the journal, nobody skipped, and every invariant kept. */
  expectExactlyOnce(campaign: SeededCampaign, recipients: number): Promise<void>;
  expectClean(): Promise<void>;
  journal(): Promise<JournalCounts>;
  /** Runs a statement as the owner of the database, whose name stands for `%s`. */
  asOwner(statement: string): Promise<void>;
  /** Waits until a worker has written something. */
  untilSaid(worker: WorkerProcess, what: RegExp): Promise<void>;
  close(): Promise<void>;
}

export interface StageOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** The connection string of the engine's role on a server of the test's own. */
  readonly systemUrl?: string;
}

const patienceMs = 60_000;

/** Opens a stage on a fresh database of the run's server. */
export async function openFaultStage(options: StageOptions = {}): Promise<FaultStage> {
  const dir = await mkdtemp(join(tmpdir(), 'zaphub-faults-'));
  const journalDir = join(dir, 'journal');
  const database = options.systemUrl === undefined ? await createTestDatabase() : undefined;
  const systemUrl = options.systemUrl ?? database?.urls.system ?? '';
  const db = createDatabase({ connectionString: systemUrl, applicationName: 'fault-test' });
  const workers: WorkerProcess[] = [];
  // `npm run faults` runs everything on both kinds of queues.
  const redis =
    process.env['FAULT_QUEUES'] === 'redis' && options.env?.['REDIS_URL'] === undefined
      ? await startRedis({ settings: { 'maxmemory-policy': 'noeviction' } })
      : undefined;

  const redisUrl = redis?.url ?? options.env?.['REDIS_URL'];

  const until = async (what: string, isTrue: () => Promise<boolean>): Promise<void> => {
    const deadline = performance.now() + patienceMs;
    while (performance.now() < deadline) {
      if (await isTrue()) return;
      await pause(25);
    }
    const output = workers.map((worker) => worker.output().split('\n').slice(-15).join('\n'));
    throw new Error(`gave up waiting for ${what}; the workers said last:\n${output.join('\n---\n')}`);
  };
  const status = async (campaign: SeededCampaign): Promise<string> => {
    const row = await db.system((tx) =>
      tx.one<{ status: string }>('select status from campaigns where id = $1', [campaign.campaignId]),
    );
    return row.status;
  };
  const stage: FaultStage = {
    db,
    journalDir,
    seed: (seed) => seedCampaign(db, seed),
    worker(env = {}) {
      const worker = startWorker({
        DATABASE_SYSTEM_URL: systemUrl,
        SIMULATOR_JOURNAL_DIR: journalDir,
        ZAPHUB_FILES_DIR: join(dir, 'files'),
        SIMULATOR_RECEIPTS: 'false',
        ...(redis === undefined ? {} : { REDIS_URL: redis.url }),
        ...options.env,
        ...env,
      });
      workers.push(worker);
      return worker;
    },
    async states(campaign) {
      const rows = await db.system((tx) =>
        tx.rows<{ state: string; n: number }>(
          'select state::text, count(*) as n from messages where campaign_id = $1 group by 1',
          [campaign.campaignId],
        ),
      );
      return Object.fromEntries(rows.map((row) => [row.state, row.n]));
    },
    status,
    requests: async () => (await readJournal(journalDir)).requests,
    untilRequests: (count) =>
      until(`${count} requests`, async () => (await readJournal(journalDir)).requests >= count),
    untilCompleted: (campaign) =>
      until('the end of the campaign', async () => (await status(campaign)) === 'completed'),
    async expectExactlyOnce(campaign, recipients) {
      expect(await readJournal(journalDir, { campaign: campaign.campaignId })).toMatchObject({
        deliveries: recipients,
        recipients,
        duplicates: 0,
      });
      const states = await stage.states(campaign);
      const { sent = 0, delivered = 0, read = 0 } = states;
      expect(sent + delivered + read, JSON.stringify(states)).toBe(recipients);
      await stage.expectClean();
    },
    async expectClean() {
      const report = await verifyLedger(db, { journalDir, graceMs: 10_000 });
      expect(report.invariants.filter((invariant) => !invariant.isKept)).toEqual([]);
    },
    journal: () => readJournal(journalDir),
    queues:
      redisUrl === undefined
        ? { kind: 'postgres', connectionString: systemUrl }
        : { kind: 'redis', url: redisUrl },
    async asOwner(statement) {
      if (database === undefined) throw new Error('only a stage with a database of its own has an owner');
      const owner = createDatabase({ connectionString: database.urls.owner, applicationName: 'fault-owner' });
      const name = new URL(database.urls.owner).pathname.slice(1);
      try {
        await owner.system((tx) => tx.run(statement.replace('%s', name)));
      } finally {
        await owner.close();
      }
    },
    untilSaid: (worker, what) => until(String(what), () => Promise.resolve(what.test(worker.output()))),
    async close() {
      await Promise.all(workers.map((worker) => worker.kill()));
      await db.close();
      await database?.close();
      await redis?.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
  return stage;
}
