import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '@zaphub/db';
import { startEmbedded } from '@zaphub/embedded';
import pg from 'pg';

/** The database that every case of this bench runs on: the product's own settings, durable, empty at first. */
export interface Stage {
  urls: { owner: string; api: string; system: string };
  homeDir: string;
  /** A pool of the owner, for preparing and counting; cases open connections of their own. */
  pool: pg.Pool;
  close(): Promise<void>;
}

const migrations = join(import.meta.dirname, '../../../../supabase/migrations');

/** Starts Postgres in a temporary home and migrates it. */
export async function openStage(): Promise<Stage> {
  const homeDir = await mkdtemp(join(tmpdir(), 'zaphub-bench-'));
  const services = await startEmbedded({ homeDir });
  await migrate({ connectionString: services.urls.owner, directory: migrations });
  const pool = new pg.Pool({ connectionString: services.urls.owner, max: 4 });
  return {
    urls: services.urls,
    homeDir,
    pool,
    async close() {
      await pool.end();
      await services.close();
      await rm(homeDir, { recursive: true, force: true });
    },
  };
}

/**
 * A table of the ledger's own shape and indexes with `count` pending rows over `lanes` lanes, for the cases that
 * are not our send path. Replaces the one before it.
 */
export async function fillPeerTable(stage: Stage, count: number, lanes: number): Promise<void> {
  await stage.pool.query(
    `drop table if exists bench_messages; create table bench_messages (like messages including all)`,
  );
  await stage.pool.query(
    `insert into bench_messages (tenant_id, campaign_id, contact_id, connection_id, position, recipient)
     select $3::uuid, app.new_id(), app.new_id(), ('00000000-0000-7000-8000-' || lpad((n % $2)::text, 12, '0'))::uuid, n,
       '+55119' || lpad(n::text, 8, '0')
     from generate_series(1, $1::int) n`,
    [count, lanes, '00000000-0000-7000-8000-00000000abcd'],
  );
  await stage.pool.query('vacuum analyze bench_messages');
}

/** The ids of the peer table's rows, in order. */
export async function peerIds(stage: Stage): Promise<string[]> {
  const result = await stage.pool.query<{ id: string }>('select id from bench_messages order by position');
  return result.rows.map((row) => row.id);
}

/** @throws when a case left rows unsent: its time would mean nothing. */
export async function assertAllSent(stage: Stage, count: number): Promise<void> {
  const result = await stage.pool.query<{ sent: string }>(
    `select count(*) as sent from bench_messages where state = 'sent'`,
  );
  const sent = Number(result.rows[0]?.sent);
  if (sent !== count) throw new Error(`the case ended with ${sent} of ${count} rows sent`);
}

/** What each peer does for each recipient. */
export const updateOneRow = `update bench_messages set state = 'sent', attempts = 1, sent_at = clock_timestamp() where id = $1`;
