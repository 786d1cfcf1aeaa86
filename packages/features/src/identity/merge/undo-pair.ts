import type { TenantScope, Tx } from '@zaphub/db';
import { AppError } from '@zaphub/types';
import { lockFamilies, recordProofs } from '../../opt-outs/index.ts';
import { type MergeRecord, mergeRecord } from './merge-record.ts';
import { unskipDuplicates } from './skip-duplicates.ts';
import { splitConversations } from './split-conversations.ts';

/** A merge as it is stored. */
export interface MergeRow {
  readonly id: string;
  readonly kept_id: string;
  readonly merged_id: string;
  readonly cause: 'manual' | 'network';
  readonly before: unknown;
  readonly merged_at: Date;
  readonly undone_at: Date | null;
}

/**
 * Takes a merge back: both contacts are as they were, except for what was changed on purpose since. What came from an
 * address goes to the contact of that address. Each opts out or in as it had before, unless it has said something
 * since, or one of them has refused: that holds for both. Messages that were skipped for the other's sake go out, where their campaign is still under way.
 * @throws AppError `not_found`; `conflict` when it is undone already, or a later merge builds on it
 */
export async function undoPair(tx: Tx, scope: TenantScope, mergeId: string): Promise<MergeRow> {
  const merge = await tx.maybeOne<MergeRow>(
    'select * from contact_merges where tenant_id = $1 and id = $2 for update',
    [scope.tenantId, mergeId],
  );
  if (merge === undefined) throw new AppError('not_found', 'no such merge');
  const { kept_id: keptId, merged_id: mergedId } = merge;
  const families = await lockFamilies(tx, scope, [keptId, mergedId]);
  const isInForce = families.some((member) => member.id === mergedId && member.root === keptId);
  if (merge.undone_at !== null || !isInForce) throw notUndoable();
  const record = mergeRecord.parse(merge.before);
  await tx.run(
    `update contacts set merged_into = case when id = $2 then null else $2::uuid end, updated_at = now()
     where tenant_id = $1 and merged_into = $3 and (id = $2 or id = any($4::uuid[]))`,
    [scope.tenantId, mergedId, keptId, record.children],
  );
  await giveFieldsBack(tx, scope, merge, record);
  await giveTagsBack(tx, scope, merge, record);
  const memberIds = [mergedId, ...record.children];
  await splitConversations(tx, scope, { keptId, mergedId, memberIds }, record);
  await restoreOptOuts(tx, scope, merge, record);
  await unskipDuplicates(tx, scope, record.skipped);
  const userId = scope.actor.kind === 'user' ? scope.actor.userId : null;
  await tx.run(
    'update contact_merges set undone_at = clock_timestamp(), undone_by = $3 where tenant_id = $1 and id = $2',
    [scope.tenantId, mergeId, userId],
  );
  return merge;
}

function notUndoable(): AppError {
  return new AppError('conflict', 'the merge is undone, or a later one builds on it', {
    publicMessage: {
      en: 'This merge was undone already, or a later merge builds on it: undo that one first.',
      'pt-BR': 'Esta união já foi desfeita, ou uma união posterior depende dela: desfaça aquela primeiro.',
    },
  });
}

/** What the kept contact took and still has goes back; what was changed since stays. */
async function giveFieldsBack(
  tx: Tx,
  scope: TenantScope,
  merge: MergeRow,
  record: MergeRecord,
): Promise<void> {
  const { kept, merged } = record;
  await tx.run(
    `update contacts k set
       name = case when $4::text is null and k.name = m.name then null else k.name end,
       consent_source = case when $5::text is null and k.consent_source = m.consent_source then null else k.consent_source end,
       attributes = k.attributes - array(
         select key from jsonb_each(m.attributes) a where not $6::jsonb ? key and k.attributes -> key = a.value),
       phone = case when $7 and k.phone = $8 then null else k.phone end,
       reached_as = case when $7 and k.phone = $8 then null else k.reached_as end, updated_at = now()
     from contacts m where k.tenant_id = $1 and k.id = $2 and m.tenant_id = $1 and m.id = $3`,
    [
      scope.tenantId,
      merge.kept_id,
      merge.merged_id,
      kept.name,
      kept.consent_source,
      JSON.stringify(kept.attributes),
      record.has_moved_phone,
      merged.phone,
    ],
  );
  if (!record.has_moved_phone) return;
  // Not when the kept contact has been given it for good: an edit, or an import.
  await tx.run(
    `update contacts set phone = $3, reached_as = $4 where tenant_id = $1 and id = $2
       and not exists (select from contacts o where o.tenant_id = $1 and o.phone = $3)`,
    [scope.tenantId, merge.merged_id, merged.phone, merged.reached_as],
  );
}

async function giveTagsBack(tx: Tx, scope: TenantScope, merge: MergeRow, record: MergeRecord): Promise<void> {
  await tx.run(
    'delete from contact_tags where tenant_id = $1 and contact_id = $2 and tag = any($3::text[])',
    [scope.tenantId, merge.kept_id, record.tags_added],
  );
  await tx.run(
    `insert into contact_tags (tenant_id, tag, contact_id) select $1, unnest($3::text[]), $2 on conflict do nothing`,
    [scope.tenantId, merge.merged_id, record.tags],
  );
}

async function restoreOptOuts(
  tx: Tx,
  scope: TenantScope,
  merge: MergeRow,
  record: MergeRecord,
): Promise<void> {
  const rows = await tx.rows<{ id: string; is_out: boolean; said: string | null }>(
    `select c.id, c.opted_out_at is not null as is_out, (
       select p.action from opt_out_proofs p where p.tenant_id = $1 and p.contact_id = c.id and p.recorded_at > $3
         and p.source <> 'merge' order by p.occurred_at desc, p.action desc limit 1) as said
     from contacts c where c.tenant_id = $1 and c.id = any($2::uuid[])`,
    [scope.tenantId, [merge.kept_id, merge.merged_id], merge.merged_at],
  );
  // Who refused while they were one refused as both.
  const hasOneRefused = rows.some(({ said }) => said === 'opt_out');
  const proofs = rows.flatMap(({ id, is_out: isOut, said }) => {
    const wasOut = (id === merge.kept_id ? record.kept : record.merged).opted_out;
    const shouldBeOut = said === null ? wasOut || hasOneRefused : said === 'opt_out';
    if (isOut === shouldBeOut) return [];
    return [
      {
        contactId: id,
        action: shouldBeOut ? ('opt_out' as const) : ('opt_in' as const),
        source: 'merge_undone',
        evidence: 'as it was before the merge',
        actorId: scope.actor.kind === 'user' ? scope.actor.userId : undefined,
      },
    ];
  });
  await recordProofs(tx, scope, proofs);
}
