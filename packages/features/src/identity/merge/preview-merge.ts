import type { TenantScope, Tx } from '@zaphub/db';
import { type ContactMergePreview, toPublicId } from '@zaphub/types';
import { readPair } from './read-pair.ts';

/**
 * Says what `mergePair` would do with the same two, by the same rules; nothing is changed and nothing is locked.
 * @throws AppError `not_found`, `conflict` as `mergePair`
 */
export async function previewMerge(
  tx: Tx,
  scope: TenantScope,
  { keptId, mergedId }: { readonly keptId: string; readonly mergedId: string },
): Promise<ContactMergePreview> {
  const [kept, merged] = await readPair(tx, scope, { keptId, mergedId });
  const counts = await tx.one<{ tags: string[]; moved: number; folded: number; shared: number }>(
    `with theirs as (
       select v.id, exists (select from conversations k where k.tenant_id = $1 and k.contact_id = $2
         and k.connection_id = v.connection_id) as is_folded
       from conversations v where v.tenant_id = $1 and v.contact_id = $3
     )
     select array(select t.tag from contact_tags t where t.tenant_id = $1 and t.contact_id = $3
         and not exists (select from contact_tags k where k.tenant_id = $1 and k.contact_id = $2 and k.tag = t.tag)
         order by t.tag) as tags,
       (select count(*) from theirs where not is_folded) as moved,
       (select count(*) from theirs where is_folded) as folded,
       (select count(*) from campaigns c where c.tenant_id = $1 and c.kind = 'campaign'
          and c.status in ('scheduled', 'preparing', 'running', 'paused')
          and exists (select from messages m where m.campaign_id = c.id and m.contact_id = $2 and not m.direct)
          and exists (select from messages m where m.campaign_id = c.id and m.contact_id = $3 and not m.direct)) as shared`,
    [scope.tenantId, keptId, mergedId],
  );
  const side = (contact: typeof kept): ContactMergePreview['kept'] => ({
    id: toPublicId('contact', contact.id),
    name: contact.name,
    phone: contact.phone,
    opted_out: contact.opted_out,
  });
  const fields = Object.keys(merged.attributes).sort();
  return {
    kept: side(kept),
    merged: side(merged),
    result: {
      name: kept.name ?? merged.name,
      phone: kept.phone ?? merged.phone,
      opted_out: kept.opted_out || merged.opted_out,
    },
    further_numbers: kept.phone !== null && merged.phone !== null ? [merged.phone] : [],
    tags_added: counts.tags,
    fields_added: fields.filter((field) => !Object.hasOwn(kept.attributes, field)),
    fields_kept: fields.filter(
      (field) => Object.hasOwn(kept.attributes, field) && kept.attributes[field] !== merged.attributes[field],
    ),
    conversations_moved: counts.moved,
    conversations_folded: counts.folded,
    campaigns_shared: counts.shared,
  };
}
