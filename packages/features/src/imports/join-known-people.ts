import type { TenantScope, Tx } from '@zaphub/db';
import { mergeByNetwork } from '../identity/index.ts';

/** Merges at the end of one import; what is more waits until the person is heard from. */
const mostMerges = 1000;

/*
 * A row of a file may be about a number of somebody who is known under another contact: one that has been merged, or
 * that a network has told us. Both are few and found from their own small indexes, so that an import of millions of
 * rows is not held up: at its end, once.
 */
const handOn = `
with part as materialized (
  select c.id, c.merged_into, c.name, c.attributes from contacts c
  where c.tenant_id = $1 and c.merged_into is not null
    and exists (select from import_matches m where m.import_id = $2 and m.contact_id = c.id)
), tagged as (
  insert into contact_tags (tenant_id, tag, contact_id)
  select $1, t.tag, p.merged_into from part p join contact_tags t on t.tenant_id = $1 and t.contact_id = p.id
  on conflict do nothing
), untagged as (
  delete from contact_tags t using part p where t.tenant_id = $1 and t.contact_id = p.id
)
update contacts k set name = coalesce(k.name, p.name), attributes = p.attributes || k.attributes, updated_at = now()
from part p where k.tenant_id = $1 and k.id = p.merged_into
  and (k.name is null and p.name is not null or not k.attributes ?& array(select jsonb_object_keys(p.attributes)))`;

/** Gives what an import brought for a number to the contact that the number has become part of, or belongs to. */
export async function joinKnownPeople(scope: TenantScope, tx: Tx, importId: string): Promise<void> {
  await tx.run(handOn, [scope.tenantId, importId]);
  const pairs = await tx.rows<{ keptId: string; mergedId: string }>(
    `select coalesce(o.merged_into, o.id) as "keptId", c.id as "mergedId" from contact_identities i
       join contacts c on c.tenant_id = $1 and c.phone = i.value and c.import_id = $2 and c.merged_into is null
       join contacts o on o.tenant_id = $1 and o.id = i.contact_id
     where i.tenant_id = $1 and i.kind = 'phone' and c.id not in (o.id, coalesce(o.merged_into, o.id))
     order by c.id limit ${mostMerges}`,
    [scope.tenantId, importId],
  );
  for (const pair of pairs) await mergeByNetwork(tx, scope, pair);
}
