import pg from 'pg';
import { assertAllSent, fillPeerTable } from './stage.ts';
import type { Stage } from './stage.ts';

const lanes = 10;

// The three statements of the ledger with nothing around them: no lease, no fence, no pause, no opt-out.
const claim = `update bench_messages set queued = false, state = 'claimed' where id = any(array(
  select id from bench_messages where connection_id = $1 and campaign_id > '00000000-0000-0000-0000-000000000000'
    and queued order by position limit 1000 for update skip locked)) returning id`;
const mark = `update bench_messages set state = 'sending', attempts = attempts + 1, marked_at = clock_timestamp()
  where id = any($1::uuid[])`;
const record = `update bench_messages m set state = 'sent', sent_at = clock_timestamp(), provider_message_id = r.pid
  from unnest($1::uuid[], $2::text[]) r (id, pid) where m.id = r.id`;

/** Seconds that the database alone needs: claim 1,000, mark 250, record 250 over ten lanes. */
export async function runFloor(stage: Stage, count: number): Promise<number> {
  await fillPeerTable(stage, count, lanes);
  await stage.pool.query(
    'create index on bench_messages (connection_id, position) where queued; analyze bench_messages',
  );
  const pool = new pg.Pool({ connectionString: stage.urls.owner, max: lanes });
  try {
    await Promise.all(Array.from({ length: lanes }, () => pool.query('select 1')));
    const start = performance.now();
    await Promise.all(Array.from({ length: lanes }, (_, lane) => runLane(pool, lane)));
    const seconds = (performance.now() - start) / 1000;
    await assertAllSent(stage, count);
    return seconds;
  } finally {
    await pool.end();
  }
}

async function runLane(pool: pg.Pool, lane: number): Promise<void> {
  const client = await pool.connect();
  try {
    const connection = '00000000-0000-7000-8000-' + String(lane).padStart(12, '0');
    for (;;) {
      const claimed = await client.query<{ id: string }>({
        name: 'claim',
        text: claim,
        values: [connection],
      });
      if (claimed.rows.length === 0) return;
      for (let at = 0; at < claimed.rows.length; at += 250) {
        const ids = claimed.rows.slice(at, at + 250).map((row) => row.id);
        await client.query({ name: 'mark', text: mark, values: [ids] });
        await client.query({ name: 'record', text: record, values: [ids, ids] });
      }
    }
  } finally {
    client.release();
  }
}
