import type { Database, TenantScope } from '@zaphub/db';
import { toPublicId } from '@zaphub/types';
import { byteOrderMark, csvLine } from './csv-line.ts';

/** The columns of the log, in order. */
const header = [
  'occurred_at',
  'recorded_at',
  'action',
  'source',
  'evidence',
  'by',
  'phone',
  'name',
  'contact_id',
] as const;

const batchSize = 2_000;

interface LogRow {
  id: string;
  occurred_at: Date;
  recorded_at: Date;
  action: 'opt_out' | 'opt_in';
  source: string;
  evidence: string | null;
  actor: string | null;
  phone: string | null;
  name: string | null;
  contact_id: string;
}

/**
 * Everything that is known of people's wishes to get messages or not, as CSV, in the order it was recorded; in pieces of
 * 2,000 lines with flat memory, each read in a short transaction of its own. A contact that has been deleted since still
 * has its lines, without a number.
 */
export async function* optOutLogLines(deps: { db: Database }, scope: TenantScope): AsyncGenerator<string> {
  yield byteOrderMark + csvLine(header);
  let after: string | undefined;
  for (;;) {
    const rows = await deps.db.tenant(scope, (tx) =>
      tx.rows<LogRow>(
        // Ids rise with time: the key is the order.
        `with piece as materialized (
           select * from opt_out_proofs where tenant_id = $1
             and id > coalesce($2::uuid, '00000000-0000-0000-0000-000000000000') order by id limit $3
         )
         select p.id, p.occurred_at, p.recorded_at, p.action, p.source, p.evidence,
           coalesce(u.email, p.actor_id::text) as actor, coalesce(c.phone, r.phone) as phone,
           coalesce(c.name, r.name) as name, p.contact_id
         from piece p left join contacts c on c.tenant_id = $1 and c.id = p.contact_id
           left join contacts r on r.tenant_id = $1 and r.id = c.merged_into
           left join members u on u.tenant_id = $1 and u.user_id = p.actor_id
         order by p.id`,
        [scope.tenantId, after ?? null, batchSize],
      ),
    );
    if (rows.length > 0) yield rows.map(logLine).join('');
    if (rows.length < batchSize) return;
    after = rows.at(-1)?.id;
  }
}

function logLine(row: LogRow): string {
  return csvLine([
    row.occurred_at.toISOString(),
    row.recorded_at.toISOString(),
    row.action,
    row.source,
    row.evidence,
    row.actor,
    row.phone,
    row.name,
    toPublicId('contact', row.contact_id),
  ]);
}
