import type { TenantScope, Tx } from '@zaphub/db';
import { AppError } from '@zaphub/types';
import { findTenant } from '../queries.ts';
import { sampleContacts } from '../sample-contacts.ts';
import { sampleWords } from '../sample-words.ts';

/** How much was new; zero when the tenant had it already. */
export interface SampleDataAdded {
  contacts: number;
  templates: number;
}

/** Gives the tenant sixty contacts and a template in its language. Doing it again adds nothing twice. */
export async function addSampleData(tx: Tx, scope: TenantScope): Promise<SampleDataAdded> {
  const tenant = await findTenant(tx, scope);
  if (!tenant) throw new AppError('not_found', 'no such tenant');
  const contacts = sampleContacts(tenant.locale);
  const added = await tx.rows<{ id: string; phone: string }>(
    `insert into public.contacts (tenant_id, phone, name, attributes, consent_source, opted_out_at, opt_out_source)
     select $1, c.phone, c.name, c.attributes, 'sample',
       case when c.opted_out then now() end, case when c.opted_out then 'sample' end
     from jsonb_to_recordset($2::jsonb) as c(phone text, name text, attributes jsonb, opted_out boolean)
     on conflict (tenant_id, phone) do nothing
     returning id, phone`,
    [scope.tenantId, JSON.stringify(contacts)],
  );
  await tx.run(
    `insert into public.contact_tags (tenant_id, tag, contact_id)
     select $1, tag, a.id
     from jsonb_to_recordset($2::jsonb) as a(id uuid, phone text)
     join jsonb_to_recordset($3::jsonb) as c(phone text, tags jsonb) on c.phone = a.phone
     cross join jsonb_array_elements_text(c.tags) as tag
     on conflict do nothing`,
    [scope.tenantId, JSON.stringify(added), JSON.stringify(contacts)],
  );
  const { template } = sampleWords[tenant.locale];
  const templates = await tx.run(
    `insert into public.templates (tenant_id, name, body) values ($1, $2, $3)
     on conflict (tenant_id, lower(name)) where deleted_at is null do nothing`,
    [scope.tenantId, template.name, template.body],
  );
  return { contacts: added.length, templates };
}
