import type { Database } from '@zaphub/db';

/** Every table that keeps rows of tenants: count and hash of one tenant's rows. Equal means untouched. */
export async function fingerprint(system: Database, tenantId: string): Promise<Record<string, string>> {
  return system.system(async (tx) => {
    const tables = await tx.rows<{ name: string; column: string }>(
      `select c.oid::regclass::text as name, a.attname as "column"
       from pg_class c
       join pg_namespace n on n.oid = c.relnamespace
       join pg_attribute a on a.attrelid = c.oid and not a.attisdropped
         and a.attname = case when c.oid = 'public.tenants'::regclass then 'id' else 'tenant_id' end
       where c.relkind in ('r', 'p') and n.nspname in ('public', 'app')
       order by 1`,
    );
    const prints: Record<string, string> = {};
    for (const { name, column } of tables) {
      const row = await tx.one<{ print: string }>(
        `select count(*) || ':' || coalesce(md5(string_agg(t::text, '|' order by t::text)), '') as print
         from ${name} t where ${column} = $1`,
        [tenantId],
      );
      prints[name] = row.print;
    }
    return prints;
  });
}
