import type { TenantScope, Tx } from '@zaphub/db';
import { lockFamilies } from './lock-families.ts';
import { storableText } from './storable-text.ts';

/** Something that says whether a contact may be written to. */
export interface Proof {
  readonly contactId: string;
  readonly action: 'opt_out' | 'opt_in';
  /** Where it comes from: `keyword`, `preference`, `manual`, `csv` and so on; at most 120 characters. */
  readonly source: string;
  /** What was said, or who says so; cut to 2,000 characters. */
  readonly evidence?: string | undefined;
  /** When it was said; now, unless given. What lies in the future counts as now. */
  readonly at?: Date | undefined;
  /** The connection it came in by and the network's key of it: the same pair is recorded once. */
  readonly connectionId?: string | undefined;
  readonly key?: string | undefined;
  /** The user who did it. */
  readonly actorId?: string | undefined;
}

/** A contact that may no longer, or may again, be written to. */
export interface OptOutChange {
  readonly contactId: string;
  readonly action: 'opt_out' | 'opt_in';
}

const longestEvidence = 2000;

/*
 * Invariants: proofs are added and never changed; the state of a contact follows from the newest proof about it by
 * the time it was said, so that disorder ends the same way as order; on a tie the opt-out counts. A contact that was
 * marked before there were proofs opts in only by what came later. `opted_out_at` is when we knew, not when it was
 * said: what was sent in between was not sent against our knowledge.
 */
const insertText = `
insert into opt_out_proofs
  (tenant_id, contact_id, action, source, evidence, connection_id, key, actor_id, occurred_at)
select $1, p.contact_id, p.action, p.source, p.evidence, p.connection_id, p.key, p.actor_id,
  least(coalesce(p.at, clock_timestamp()), clock_timestamp())
from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::text[], $8::uuid[], $9::timestamptz[])
  as p (contact_id, action, source, evidence, connection_id, key, actor_id, at)
on conflict (tenant_id, connection_id, key) where key is not null do nothing`;

const applyText = `
with family as (
  select * from unnest($2::uuid[], $3::uuid[]) as f (id, root)
), newest as (
  select distinct on (f.root) f.root, p.action, p.source, p.occurred_at,
    bool_or(p.action = 'opt_out') over (partition by f.root) as has_opted_out
  from family f join opt_out_proofs p on p.tenant_id = $1 and p.contact_id = f.id
  order by f.root, p.occurred_at desc, p.action desc
), changed as (
  update contacts c set
    opted_out_at = case when n.action = 'opt_out' then clock_timestamp() end,
    opt_out_source = case when n.action = 'opt_out' then n.source end, updated_at = now()
  from family f join newest n on n.root = f.root
  where c.tenant_id = $1 and c.id = f.id and (c.opted_out_at is not null) <> (n.action = 'opt_out')
    and (n.action = 'opt_out' or n.has_opted_out or n.occurred_at >= c.opted_out_at)
  returning f.root, n.action
)
select distinct root as "contactId", action from changed`;

/**
 * Writes proofs down and lets their contacts follow them, merged ones with the contact they have become part of.
 * Contacts stay locked until the transaction ends. Contacts of other tenants and proofs that are known are passed
 * over.
 * @returns whose state changed
 */
export async function recordProofs(
  tx: Tx,
  scope: TenantScope,
  proofs: readonly Proof[],
): Promise<OptOutChange[]> {
  if (proofs.length === 0) return [];
  const family = await lockFamilies(
    tx,
    scope,
    proofs.map((proof) => proof.contactId),
  );
  const known = new Set(family.map((member) => member.id));
  const ours = proofs.filter((proof) => known.has(proof.contactId));
  if (ours.length === 0) return [];
  await tx.run(insertText, [
    scope.tenantId,
    ours.map((proof) => proof.contactId),
    ours.map((proof) => proof.action),
    ours.map((proof) => proof.source),
    ours.map((proof) => evidenceOf(proof)),
    ours.map((proof) => proof.connectionId ?? null),
    ours.map((proof) => proof.key ?? null),
    ours.map((proof) => proof.actorId ?? null),
    ours.map((proof) => (proof.at === undefined || Number.isNaN(proof.at.getTime()) ? null : proof.at)),
  ]);
  return tx.prepared<OptOutChange>('follow_proofs', applyText, [
    scope.tenantId,
    family.map((member) => member.id),
    family.map((member) => member.root),
  ]);
}

function evidenceOf(proof: Proof): string | null {
  if (proof.evidence === undefined) return null;
  return storableText(proof.evidence).slice(0, longestEvidence).toWellFormed();
}
