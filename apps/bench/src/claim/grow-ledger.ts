import { randomUUID } from 'node:crypto';
import type pg from 'pg';

/** A running campaign whose recipients have not been claimed, but for some that wait for a retry. */
export interface GrownCampaign {
  readonly connectionId: string;
  readonly campaignId: string;
}

/** One campaign never has more; the larger ledgers hold several. */
const largestCampaign = 1_000_000;

/**
 * Adds campaigns of one tenant until the ledger has `size` rows; answers the last, of which the first `retries` rows
 * came back from the network and are due.
 */
export async function growLedger(
  pool: pg.Pool,
  size: number,
  { retries }: { readonly retries: number },
): Promise<GrownCampaign> {
  const one = async <R extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<R> => {
    const [row] = (await pool.query<R>(text, values)).rows;
    if (row === undefined) throw new Error('nothing came back');
    return row;
  };
  let { have } = await one<{ have: number }>('select count(*)::int as have from messages');
  const { id: tenantId } = await one<{ id: string }>(
    `select app.create_tenant($1, 'bench@example.com', 'Bench', 'BR', 'en', 'UTC') as id`,
    [randomUUID()],
  );
  const { id: connectionId } = await one<{ id: string }>('select id from connections where tenant_id = $1', [
    tenantId,
  ]);
  await pool.query(
    `insert into contacts (tenant_id, phone, name)
     select $1, '+55119' || lpad(n::text, 8, '0'), 'Contact ' || n from generate_series(1, $2::int) n`,
    [tenantId, Math.min(largestCampaign, size - have)],
  );
  let campaignId = '';
  while (have < size) {
    const total = Math.min(largestCampaign, size - have);
    ({ id: campaignId } = await one<{ id: string }>(
      `insert into campaigns (tenant_id, name, body, connection_id, audience, status, frozen_at, started_at)
       values ($1, 'Bench', 'Hello', $2, '{"kind":"all"}', 'running', now(), now()) returning id`,
      [tenantId, connectionId],
    ));
    await pool.query(
      `insert into messages (tenant_id, campaign_id, contact_id, connection_id, position, recipient)
       select $1, $2, id, $3, row_number() over (order by id), phone from contacts where tenant_id = $1 limit $4`,
      [tenantId, campaignId, connectionId, total],
    );
    await pool.query('insert into campaign_counters (campaign_id, tenant_id, total) values ($1, $2, $3)', [
      campaignId,
      tenantId,
      total,
    ]);
    have += total;
  }
  const before = Math.min(retries, Math.floor(size / 2));
  await pool.query('update messages set retry = true where campaign_id = $1 and position <= $2', [
    campaignId,
    before,
  ]);
  await pool.query(
    'insert into campaign_heads (campaign_id, tenant_id, claimed_from, position) values ($1, $2, 0, $3)',
    [campaignId, tenantId, before],
  );
  await pool.query('vacuum analyze messages');
  return { connectionId, campaignId };
}
