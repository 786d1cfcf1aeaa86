import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDatabase } from '@zaphub/db';
import type { Database, TenantScope } from '@zaphub/db';
import { createCampaign, createTemplate, startCampaign } from '@zaphub/features';
import { toPublicId } from '@zaphub/types';
import { fillTenant } from '../bench-tenant.ts';
import { endChild } from '../http-child.ts';
import { readWorkerFlags, workerMain } from '../worker-program.ts';
import type { Stage } from './stage.ts';

/** What one campaign took. */
export interface OurRun {
  /** From the start action until every row is `sent`: audience, outbox, queue, lane, provider, ledger. */
  seconds: number;
  /** The same without the audience: from the moment the ledger was complete. */
  sendingSeconds: number;
  /** The worker's highest resident memory so far. Megabytes. */
  peakRssMb: number;
}

/** Our send path: the worker as it is shipped, the simulator without latency. */
export interface OurWorker {
  run(count: number): Promise<OurRun>;
  /**
   * The same spread over so many connections, each with a campaign of its own; answers the seconds until every row is
   * in the state that a campaign ends in here: `read` with receipts, `sent` without.
   */
  runSpread(count: number, connections: number): Promise<number>;
  close(): Promise<void>;
}

const everybodyReads = {
  SIMULATOR_DELIVERED_MIN_MS: '0',
  SIMULATOR_DELIVERED_MAX_MS: '200',
  SIMULATOR_READ_MIN_MS: '0',
  SIMULATOR_READ_MAX_MS: '300',
  SIMULATOR_READ_RATE: '1',
};
const pollMs = 10;
const giveUpMs = 600_000;

/** How a worker of the bench is set up. */
export interface OurWorkerOptions {
  /** Queues there instead of in Postgres. */
  readonly redisUrl?: string | undefined;
  /** Every message is delivered and read within half a second; default none. */
  readonly receipts?: boolean;
}

/** Starts a worker process on the stage's database. Its memory is its own, so take a fresh one to measure a peak. */
export async function startOurWorker(stage: Stage, options: OurWorkerOptions = {}): Promise<OurWorker> {
  const id = randomUUID();
  const child = spawn(execPath, [...(await readWorkerFlags()), workerMain], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      DATABASE_SYSTEM_URL: stage.urls.system,
      REDIS_URL: options.redisUrl ?? '',
      ZAPHUB_FILES_DIR: join(stage.homeDir, 'files'),
      SIMULATOR_JOURNAL_DIR: join(stage.homeDir, `journal-${id}`),
      ...(options.receipts === true ? everybodyReads : { SIMULATOR_RECEIPTS: 'false' }),
      LOG_LEVEL: 'error',
    },
  });
  const db = createDatabase({ connectionString: stage.urls.system, statementTimeoutMs: 0 });
  return {
    async run(count) {
      const scope = await fillTenant(db, count);
      const seconds = await sendTo(db, scope, count, child);
      return { ...seconds, peakRssMb: await peakRssMb(child) };
    },
    async runSpread(count, connections) {
      const scopes: TenantScope[] = [];
      for (let n = 0; n < connections; n++) scopes.push(await fillTenant(db, count / connections));
      return spreadSend(db, scopes, { count, child, state: options.receipts === true ? 'read' : 'sent' });
    },
    async close() {
      await endChild(child);
      await db.close();
    },
  };
}

async function sendTo(
  db: Database,
  scope: TenantScope,
  count: number,
  child: ChildProcess,
): Promise<Omit<OurRun, 'peakRssMb'>> {
  const campaign = await draftCampaign(db, scope);
  const start = performance.now();
  await startCampaign({ db }, scope, campaign.id);
  let frozenAt: number | undefined;
  while (performance.now() - start < giveUpMs) {
    if (child.exitCode !== null) throw new Error(`the worker ended with ${child.exitCode}`);
    const now = await db.statement<{ frozen: boolean; sent: number }>(
      'bench_progress',
      `select c.frozen_at is not null as frozen, k.sent from campaigns c
         join campaign_counters k on k.campaign_id = c.id where c.id = $1`,
      [campaign.id],
    );
    if (now[0]?.frozen === true) frozenAt ??= performance.now();
    if (now[0]?.sent === count) {
      const end = performance.now();
      await assertLedger(db, campaign.id, count);
      return { seconds: (end - start) / 1000, sendingSeconds: (end - (frozenAt ?? start)) / 1000 };
    }
    await sleep(pollMs);
  }
  throw new Error(`the campaign was not sent within ${giveUpMs / 1000} s`);
}

async function draftCampaign(db: Database, scope: TenantScope): Promise<{ id: string }> {
  const template = await createTemplate({ db }, scope, {
    name: 'Bench',
    body: 'Hello {{ name }}, this is for you.',
  });
  return createCampaign({ db }, scope, {
    name: 'Bench',
    template_id: toPublicId('template', template.id),
    audience: { kind: 'all' },
    unknown_policy: 'at_most_once',
    rate_per_second: null,
  });
}

/** Starts one campaign in each tenant; answers the seconds until every row of all of them is in the state. */
async function spreadSend(
  db: Database,
  scopes: readonly TenantScope[],
  { count, child, state }: { count: number; child: ChildProcess; state: 'sent' | 'read' },
): Promise<number> {
  const ids: string[] = [];
  for (const scope of scopes) ids.push((await draftCampaign(db, scope)).id);
  const start = performance.now();
  for (const [n, scope] of scopes.entries()) await startCampaign({ db }, scope, ids[n] ?? '');
  while (performance.now() - start < giveUpMs) {
    if (child.exitCode !== null) throw new Error(`the worker ended with ${child.exitCode}`);
    const [row] = await db.statement<{ done: number }>(
      `bench_${state}`,
      `select coalesce(sum(k.${state}), 0)::int as done from campaign_counters k where k.campaign_id = any($1::uuid[])`,
      [ids],
    );
    if (row?.done === count) return (performance.now() - start) / 1000;
    await sleep(pollMs);
  }
  throw new Error(`the campaigns were not ${state} within ${giveUpMs / 1000} s`);
}

/** @throws unless the rows themselves, not only the counters, say `sent`. */
async function assertLedger(db: Database, campaignId: string, count: number): Promise<void> {
  const { sent } = await db.system((tx) =>
    tx.one<{ sent: number }>(
      `select count(*) as sent from messages where campaign_id = $1 and state = 'sent'`,
      [campaignId],
    ),
  );
  if (sent !== count) throw new Error(`${sent} of ${count} rows are sent`);
}

async function peakRssMb(child: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
  const match = /^VmHWM:\s+(\d+) kB$/m.exec(status);
  if (!match) throw new Error('this system does not tell a process’s peak memory');
  return Number(match[1]) / 1024;
}
