import type { Database, Tx } from '@zaphub/db';
import type { UnknownPolicy } from '@zaphub/types';
import { handBack } from './hand-back.ts';
import { recordOutcomes } from './record-outcomes.ts';
import { type SendingRow, transitionOf } from './transition.ts';

/** What ending the leases of dead or frozen owners came to. */
export interface ExpiredClaims {
  readonly claims: number;
  readonly campaignIds: ReadonlySet<string>;
}

interface ExpiredClaim {
  readonly fence: number;
  readonly tenantId: string;
  readonly campaignId: string;
  readonly provider: string;
  readonly unknownPolicy: UnknownPolicy;
}

/**
 * Ends every claim whose lease has run out by the database's clock: rows that were only claimed return to the
 * queue, rows marked `sending` have an unknown outcome. The claim's row is locked first, so a mark that was quicker
 * has committed and is seen, and one that is slower finds no claim.
 */
export async function expireClaims(
  db: Database,
  options: { readonly deduplicating: ReadonlySet<string> },
): Promise<ExpiredClaims> {
  const campaignIds = new Set<string>();
  let claims = 0;
  for (;;) {
    const expired = await db.system((tx) => expireOne(tx, options.deduplicating));
    if (expired === undefined) return { claims, campaignIds };
    claims++;
    campaignIds.add(expired.campaignId);
  }
}

async function expireOne(tx: Tx, deduplicating: ReadonlySet<string>): Promise<ExpiredClaim | undefined> {
  const claim = await tx.maybeOne<ExpiredClaim>(
    `select l.id as fence, l.tenant_id as "tenantId", l.campaign_id as "campaignId", s.provider,
       c.unknown_policy as "unknownPolicy"
     from claims l join campaigns c on c.id = l.campaign_id join connections s on s.id = l.connection_id
     where l.lease_until < clock_timestamp() order by l.lease_until limit 1 for update of l skip locked`,
  );
  if (claim === undefined) return undefined;
  // A statement of its own, after the lock: it sees what a mark committed while we waited.
  const rows = await tx.rows<SendingRow>(
    `select m.id, m.requests - 1 as requests, m.lost_outcomes as "lostOutcomes" from messages m
     where m.id = any ((select message_ids from claims where id = $1)::uuid[]) and m.fence = $1 and m.state = 'sending'`,
    [claim.fence],
  );
  const rules = { deduplicates: deduplicating.has(claim.provider), unknownPolicy: claim.unknownPolicy };
  const transitions = rows.map((row) => transitionOf(row, { kind: 'unknown', code: 'lease_ended' }, rules));
  const run = tx.prepared.bind(tx);
  await recordOutcomes(run, claim, transitions);
  await handBack(run, claim.fence);
  return claim;
}
