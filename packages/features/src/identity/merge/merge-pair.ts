import type { TenantScope, Tx } from '@zaphub/db';
import { lockFamilies, recordProofs } from '../../opt-outs/index.ts';
import { foldConversations } from './fold-conversations.ts';
import type { MergeRecord } from './merge-record.ts';
import { readPair } from './read-pair.ts';
import { skipDuplicates } from './skip-duplicates.ts';

export interface MergeInput {
  /** The contact that stays; not merged itself. */
  readonly keptId: string;
  /** The contact that becomes part of it. */
  readonly mergedId: string;
  readonly cause: 'manual' | 'network';
}

/**
 * Makes one contact part of another: the kept one gets what it lacks (name, number, attributes), the tags and the
 * conversations; an opt-out of either counts for both; a campaign that has both and has not written to either writes
 * to one. What was sent stays with the contact it was sent to. An undo puts all of it back.
 * @returns the merge's id
 * @throws AppError `not_found`; `conflict` when it is one contact, or one of them is part of another already
 */
export async function mergePair(tx: Tx, scope: TenantScope, input: MergeInput): Promise<string> {
  const { keptId, mergedId } = input;
  const families = await lockFamilies(tx, scope, [keptId, mergedId]);
  const familyOf = (root: string): string[] =>
    families.filter((member) => member.root === root).map((member) => member.id);
  const [kept, merged] = await readPair(tx, scope, input);
  const isOut = kept.opted_out || merged.opted_out;
  const record: MergeRecord = {
    kept: {
      name: kept.name,
      attributes: kept.attributes,
      consent_source: kept.consent_source,
      opted_out: kept.opted_out,
    },
    merged: { phone: merged.phone, reached_as: merged.reached_as, opted_out: merged.opted_out },
    has_moved_phone: kept.phone === null && merged.phone !== null,
    children: familyOf(mergedId).filter((id) => id !== mergedId),
    ...(await moveTags(tx, scope, keptId, mergedId)),
    ...(await foldConversations(tx, scope, keptId, mergedId)),
    skipped: await skipDuplicates(tx, scope, { kept: familyOf(keptId), merged: familyOf(mergedId) }),
  };
  await tx.run(
    `update contacts set merged_into = $2, updated_at = now(),
       phone = case when id = $3 and $5 then null else phone end,
       reached_as = case when id = $3 and $5 then null else reached_as end
     where tenant_id = $1 and id = any($4::uuid[])`,
    [scope.tenantId, keptId, mergedId, familyOf(mergedId), record.has_moved_phone],
  );
  await tx.run(
    `update contacts set name = coalesce(name, $3), attributes = $4::jsonb || attributes,
       consent_source = coalesce(consent_source, $5), phone = coalesce(phone, $6),
       reached_as = case when phone is null then $7 else reached_as end, updated_at = now()
     where tenant_id = $1 and id = $2`,
    [
      scope.tenantId,
      keptId,
      merged.name,
      JSON.stringify(merged.attributes),
      merged.consent_source,
      merged.phone,
      merged.reached_as,
    ],
  );
  if (isOut && kept.opted_out !== merged.opted_out) {
    await spreadOptOut(tx, scope, kept.opted_out ? mergedId : keptId);
  }
  const { id } = await tx.one<{ id: string }>(
    `insert into contact_merges (tenant_id, kept_id, merged_id, cause, before, merged_by)
     values ($1, $2, $3, $4, $5, $6) returning id`,
    [
      scope.tenantId,
      keptId,
      mergedId,
      input.cause,
      JSON.stringify(record),
      scope.actor.kind === 'user' ? scope.actor.userId : null,
    ],
  );
  return id;
}

async function moveTags(
  tx: Tx,
  scope: TenantScope,
  keptId: string,
  mergedId: string,
): Promise<Pick<MergeRecord, 'tags' | 'tags_added'>> {
  const tags = await tx.rows<{ tag: string }>(
    'delete from contact_tags where tenant_id = $1 and contact_id = $2 returning tag',
    [scope.tenantId, mergedId],
  );
  const added = await tx.rows<{ tag: string }>(
    `insert into contact_tags (tenant_id, tag, contact_id) select $1, unnest($3::text[]), $2
     on conflict do nothing returning tag`,
    [scope.tenantId, keptId, tags.map((row) => row.tag)],
  );
  return { tags: tags.map((row) => row.tag), tags_added: added.map((row) => row.tag) };
}

/** The proof that the contact, which has not opted out itself, is written to no more; it says why. */
async function spreadOptOut(tx: Tx, scope: TenantScope, contactId: string): Promise<void> {
  await recordProofs(tx, scope, [
    {
      contactId,
      action: 'opt_out',
      source: 'merge',
      evidence: 'the contact it was merged with has opted out',
      actorId: scope.actor.kind === 'user' ? scope.actor.userId : undefined,
    },
  ]);
}
