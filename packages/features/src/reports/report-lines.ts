import type { Database, TenantScope } from '@zaphub/db';
import type { Locale, MessageState } from '@zaphub/types';
import { byteOrderMark, csvLine } from './csv-line.ts';
import { reasonWords } from './reason-words.ts';

/** The columns of a report, in order. States and codes are the same in every language. */
const header = [
  'phone',
  'name',
  'state',
  'reason',
  'attempts',
  'sent_at',
  'delivered_at',
  'read_at',
  'opt_out_source',
] as const;

const batchSize = 2_000;

interface ReportRow {
  contact_id: string;
  phone: string | null;
  name: string | null;
  state: MessageState;
  reason: string | null;
  attempts: number;
  sent_at: Date | null;
  delivered_at: Date | null;
  read_at: Date | null;
  opt_out_source: string | null;
}

/**
 * The report of a campaign as CSV, in pieces of 2,000 recipients, with flat memory. Each piece is a short
 * transaction of its own that goes on behind the last recipient: a cursor held open for as long as somebody
 * downloads would keep the ledger from being vacuumed while it is being sent. The recipients are frozen, so each
 * is there once; a report of a running campaign shows each as it stood when its piece was read.
 */
export async function* reportLines(
  deps: { db: Database },
  scope: TenantScope,
  options: { campaignId: string; locale: Locale },
): AsyncGenerator<string> {
  yield byteOrderMark + csvLine(header);
  let after: string | undefined;
  for (;;) {
    const rows = await deps.db.tenant(scope, (tx) =>
      tx.rows<ReportRow>(
        // The piece first, then its contacts: a merge of the two tables would walk up to the piece each time.
        `with piece as materialized (
           select contact_id, recipient, state, reason, attempts, sent_at, delivered_at, read_at from messages
           where tenant_id = $1 and campaign_id = $2 and not direct
             and contact_id > coalesce($3::uuid, '00000000-0000-0000-0000-000000000000')
           order by contact_id limit $4
         )
         select m.contact_id, coalesce(m.recipient, c.phone) as phone, c.name, m.state, m.reason, m.attempts,
           m.sent_at, m.delivered_at, m.read_at,
           case when m.reason = 'opted_out' then c.opt_out_source end as opt_out_source
         from piece m left join contacts c on c.id = m.contact_id and c.tenant_id = $1
           and c.id > coalesce($3::uuid, '00000000-0000-0000-0000-000000000000')
         order by m.contact_id`,
        [scope.tenantId, options.campaignId, after ?? null, batchSize],
      ),
    );
    if (rows.length > 0) yield rows.map((row) => reportLine(row, options.locale)).join('');
    if (rows.length < batchSize) return;
    after = rows.at(-1)?.contact_id;
  }
}

function reportLine(row: ReportRow, locale: Locale): string {
  return csvLine([
    row.phone,
    row.name,
    row.state,
    reasonWords(locale, row.reason),
    row.attempts,
    row.sent_at?.toISOString() ?? null,
    row.delivered_at?.toISOString() ?? null,
    row.read_at?.toISOString() ?? null,
    row.opt_out_source,
  ]);
}
