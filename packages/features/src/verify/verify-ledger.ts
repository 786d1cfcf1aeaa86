import type { Database } from '@zaphub/db';
import { journalParts } from '@zaphub/providers';
import { checkDatabase } from './check-database.ts';
import { compareLedger } from './check-ledger.ts';
import type { VerifyReport } from './invariants.ts';
import { type RateLimit, viewJournal } from './journal-view.ts';
import { ViolationList } from './violation-list.ts';

/** What to check, and how patient to be. */
export interface VerifyOptions {
  /** Folder of the simulator's journal; without it only the database is checked. */
  readonly journalDir?: string | undefined;
  /** The UUID of one campaign; everything when absent. */
  readonly campaignId?: string | undefined;
  /** How long after a lease or a due time the engine may take to act; default 60 000. */
  readonly graceMs?: number | undefined;
}

/**
 * Checks the invariants of the sending path from the ledger and the provider's journal. Only reads; may run
 * while the engine is at work: what it finds then is true of one moment. Memory: about 60 bytes a message.
 */
export async function verifyLedger(db: Database, options: VerifyOptions = {}): Promise<VerifyReport> {
  const violations = new ViolationList();
  const { journalDir, campaignId } = options;
  const counts = await db.system(async (tx) => {
    await tx.run(`set local statement_timeout = '10min'`);
    await checkDatabase(tx, { campaignId, graceMs: options.graceMs ?? 60_000 }, violations);
    return tx.one<{ n: number }>(
      'select count(*) as n from messages where $1::uuid is null or campaign_id = $1',
      [campaignId ?? null],
    );
  });
  let journal = { requests: 0, deliveries: 0, duplicates: 0 };
  if (journalDir !== undefined) {
    const limits = await db.system((tx) => readLimits(tx));
    const forgotten = await db.system((tx) => readForgotten(tx));
    const direct = await db.system((tx) => readDirect(tx));
    const tenants = await db.system((tx) => readTenants(tx));
    const view = await viewJournal(
      journalDir,
      { campaignId, limits, tenants, forgotten, direct },
      violations,
    );
    const { notSeen } = await db.system((tx) => compareLedger(tx, { campaignId }, view, violations));
    await reportMissing(journalDir, notSeen, violations);
    journal = view.counts;
  }
  const invariants = violations.results();
  return {
    isClean: invariants.every((invariant) => invariant.isKept),
    messages: counts.n,
    journal: { requests: journal.requests, deliveries: journal.deliveries, duplicates: journal.duplicates },
    invariants,
  };
}

/** A changed rate has effect within two seconds. */
const heardOf = `coalesce(extract(epoch from rate_set_at) * 1000 + 2000, 0)::float8`;

function readLimits(tx: { rows<R>(text: string): Promise<R[]> }): Promise<RateLimit[]> {
  return tx.rows<RateLimit>(
    `select id as key, rate_per_second::float8 as "ratePerSecond", ${heardOf} as "sinceMs" from connections
       where rate_per_second is not null and provider = 'simulator'
     union all
     select id, rate_per_second::float8, ${heardOf} from campaigns where rate_per_second is not null
     union all
     select id, rate_per_second::float8, ${heardOf} from tenants where rate_per_second is not null`,
  );
}

async function readTenants(tx: {
  rows<R>(text: string): Promise<R[]>;
}): Promise<ReadonlyMap<string, string>> {
  const rows = await tx.rows<{ id: string; tenantId: string }>(
    `select s.id, s.tenant_id as "tenantId" from connections s join tenants t on t.id = s.tenant_id
     where t.rate_per_second is not null`,
  );
  return new Map(rows.map((row) => [row.id, row.tenantId]));
}

/** The network's journal outlives a tenant; what it says about one that was deleted has nothing to be compared with. */
async function readForgotten(tx: { rows<R>(text: string): Promise<R[]> }): Promise<ReadonlySet<string>> {
  const rows = await tx.rows<{ id: string }>(
    `select jsonb_array_elements_text(details -> 'connections') as id from app.system_log
     where event = 'tenant.deletion_started'`,
  );
  return new Set(rows.map(({ id }) => id));
}

async function readDirect(tx: { rows<R>(text: string): Promise<R[]> }): Promise<ReadonlySet<string>> {
  const rows = await tx.rows<{ id: string }>(`select id from campaigns where kind = 'direct'`);
  return new Set(rows.map(({ id }) => id));
}

/** Rows that were sent after the journal was read are in its later part; the rest were never sent. */
async function reportMissing(
  journalDir: string,
  notSeen: ReadonlySet<string>,
  violations: ViolationList,
): Promise<void> {
  if (notSeen.size === 0) return;
  const missing = new Set(notSeen);
  for await (const { entries } of journalParts(journalDir)) {
    for (const entry of entries) if (entry.verdict === 'accepted') missing.delete(entry.messageId);
  }
  for (const id of missing)
    violations.add('truthful', id, 'the ledger says it was sent and the journal does not');
}
