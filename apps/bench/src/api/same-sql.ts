/** The statements that the api runs for the routes of this bench, written out. */
export const tenantBegin = `select set_config('role', 'zaphub_api', true), set_config('app.tenant_id', $1, true), set_config('app.user_id', $2, true)`;

export const tenantSql = `select t.id, t.name, t.default_country, t.locale, t.timezone, t.plan, t.created_at
  from public.tenants t where t.id = $1`;

export const contactsSql = `select c.id, c.phone, c.name, c.attributes, c.opted_out_at, c.created_at, c.updated_at,
  array(select t.tag from contact_tags t where t.tenant_id = c.tenant_id and t.contact_id = c.id order by t.tag) as tags
  from contacts c where c.tenant_id = $1 order by c.id desc limit $2`;
