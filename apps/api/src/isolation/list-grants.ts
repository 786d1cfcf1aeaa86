import type { Tx } from '@zaphub/db';

/** What each of the product's roles may do with each table, view and function, one a line. */
export async function listGrants(tx: Tx): Promise<string> {
  const rows = await tx.rows<{ line: string }>(
    `select n.nspname || '.' || c.relname || ' ' || pg_get_userbyid(g.grantee) || ': '
         || string_agg(lower(g.privilege_type), ', ' order by g.privilege_type) as line
     from pg_class c join pg_namespace n on n.oid = c.relnamespace cross join aclexplode(c.relacl) g
     where n.nspname in ('public', 'app') and c.relkind in ('r', 'p', 'v', 'm', 'S') and g.grantee <> c.relowner
     group by n.nspname, c.relname, g.grantee
     union all
     select n.nspname || '.' || c.relname || ' ' || pg_get_userbyid(g.grantee) || ': ' || lower(g.privilege_type)
         || ' (' || string_agg(a.attname, ', ' order by a.attname) || ')'
     from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
       cross join aclexplode(a.attacl) g
     where n.nspname in ('public', 'app') and not a.attisdropped and g.grantee <> c.relowner
     group by n.nspname, c.relname, g.grantee, g.privilege_type
     union all
     select n.nspname || '.' || p.proname || '() ' || case g.grantee when 0 then 'public' else pg_get_userbyid(g.grantee)::text end || ': execute'
     from pg_proc p join pg_namespace n on n.oid = p.pronamespace
     cross join aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) g
     where n.nspname in ('public', 'app') and g.grantee <> p.proowner
     order by 1`,
  );
  return rows.map((row) => row.line).join('\n') + '\n';
}
