import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from '@zaphub/db';
import { createContacts, createTenant, type TestDatabase, type TestTenant } from '@zaphub/testing';
import type { UnknownPolicy } from '@zaphub/types';
import {
  type Claim,
  claimBatch,
  type ClaimRef,
  type OutcomeRules,
  type Transition,
  transitionOf,
} from './messages/index.ts';

/** A tenant with a running, frozen campaign, for the tests of the ledger. */
export interface LedgerFixture extends TestTenant {
  readonly db: Database;
  readonly campaignId: string;
  readonly contactIds: readonly string[];
  /** Takes rows as a lane would; `undefined` when there are none. */
  claim(options?: ClaimOptions): Promise<Claim | undefined>;
  ref(claim: Claim): ClaimRef;
  states(): Promise<Record<string, number>>;
  counters(): Promise<Record<string, number>>;
  run(text: string, values?: readonly unknown[]): Promise<number>;
}

/** How a test claims. */
export interface ClaimOptions {
  readonly limit?: number;
  readonly leaseMs?: number;
  readonly kind?: 'fresh' | 'retry';
  readonly campaignId?: string;
  readonly connectionId?: string;
  readonly isPooled?: boolean;
  readonly hasFrequencyCap?: boolean;
}

export interface FixtureOptions {
  readonly recipients: number;
  readonly unknownPolicy?: UnknownPolicy;
}

/** Writes the ledger directly: what the expansion of an audience leaves behind. */
export async function ledgerFixture(database: TestDatabase, options: FixtureOptions): Promise<LedgerFixture> {
  const db = database.system;
  const tenant = await createTenant(db);
  const contactIds = await createContacts(db, tenant.tenantId, { count: options.recipients });
  const campaignId = await db.system(async (tx) => {
    const { id } = await tx.one<{ id: string }>(
      `insert into campaigns (tenant_id, name, body, connection_id, audience, status, frozen_at, started_at, unknown_policy)
       values ($1, 'Test', 'Hello {{ name }}', $2, '{"kind":"all"}', 'running', now(), now(), $3) returning id`,
      [tenant.tenantId, tenant.connectionId, options.unknownPolicy ?? 'at_most_once'],
    );
    await tx.run(
      `insert into messages (tenant_id, campaign_id, contact_id, connection_id, position, recipient)
       select $1, $2, id, $3, row_number() over (order by id), phone from contacts where tenant_id = $1`,
      [tenant.tenantId, id, tenant.connectionId],
    );
    await tx.run('insert into campaign_counters (campaign_id, tenant_id, total) values ($1, $2, $3)', [
      id,
      tenant.tenantId,
      options.recipients,
    ]);
    return id;
  });
  return {
    ...tenant,
    db,
    campaignId,
    contactIds,
    claim: (claim = {}) =>
      claimBatch(db.statement, {
        connectionId: tenant.connectionId,
        campaignId,
        owner: 'test',
        leaseMs: 60_000,
        limit: 100,
        needsAttributes: false,
        kind: 'fresh',
        ...claim,
      }),
    ref: ({ fence }) => ({ tenantId: tenant.tenantId, campaignId, fence }),
    async states() {
      const rows = await db.system((tx) =>
        tx.rows<{ state: string; n: number }>(
          'select state::text, count(*) as n from messages where campaign_id = $1 group by 1',
          [campaignId],
        ),
      );
      return Object.fromEntries(rows.map((row) => [row.state, row.n]));
    },
    async counters() {
      const row = await db.system((tx) =>
        tx.one<Record<string, number>>(
          `select sent, delivered, read, failed, dlq, skipped, unknown from campaign_counters where campaign_id = $1`,
          [campaignId],
        ),
      );
      return Object.fromEntries(Object.entries(row).filter(([, n]) => n !== 0));
    },
    run: (text, values = [campaignId]) => db.system((tx) => tx.run(text, values)),
  };
}

/** The transition of a claimed row for an outcome. */
export function outcomeFor(
  message: { readonly id: string; readonly requests: number; readonly lostOutcomes: number },
  outcome: Parameters<typeof transitionOf>[1],
  rules: OutcomeRules = { deduplicates: false, unknownPolicy: 'at_most_once' },
): Transition {
  return transitionOf(message, outcome, rules);
}

/** A folder that is removed again by the caller. */
export async function temporaryFolder(): Promise<{ dir: string; remove(): Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), 'zaphub-ledger-'));
  return { dir, remove: () => rm(dir, { recursive: true, force: true }) };
}
