import { createDatabase, pendingMigrations } from '@zaphub/db';
import { migrationsDir } from '../../repository.ts';
import type { Services } from '../../services/open-services.ts';
import type { Finding } from './finding.ts';

/** The server's version, whether the schema is the newest, and whether every tenant's rows are protected. */
export async function checkDatabase(urls: Services['urls']): Promise<Finding[]> {
  const database = createDatabase({ connectionString: urls.system, maxConnections: 1 });
  try {
    const { version } = await database.system((tx) =>
      tx.one<{ version: string }>(`select current_setting('server_version') as version`),
    );
    const unprotected = await database.system((tx) => tx.rows<{ name: string }>(unprotectedTables));
    const pending = await pendingMigrations({ connectionString: urls.owner, directory: migrationsDir });
    return [
      { ok: true, what: { en: `Postgres ${version}`, 'pt-BR': `Postgres ${version}` } },
      schemaFinding(pending),
      protectionFinding(unprotected.map((row) => row.name)),
    ];
  } finally {
    await database.close();
  }
}

function schemaFinding(pending: string[]): Finding {
  if (pending.length === 0) {
    return { ok: true, what: { en: 'The schema is the newest', 'pt-BR': 'O esquema é o mais novo' } };
  }
  const list = pending.join(', ');
  return {
    ok: false,
    what: { en: `Migrations are waiting: ${list}`, 'pt-BR': `Há migrações pendentes: ${list}` },
    remedy: { en: 'Run `npm run zaphub -- migrate`.', 'pt-BR': 'Execute `npm run zaphub -- migrate`.' },
  };
}

function protectionFinding(tables: string[]): Finding {
  if (tables.length === 0) {
    return {
      ok: true,
      what: {
        en: "Every table with tenants' rows has forced row-level security",
        'pt-BR': 'Toda tabela com dados de clientes tem segurança por linha forçada',
      },
    };
  }
  const list = tables.join(', ');
  return {
    ok: false,
    what: {
      en: `Without forced row-level security: ${list}`,
      'pt-BR': `Sem segurança por linha forçada: ${list}`,
    },
    remedy: {
      en: 'Stop ZapHub and tell its makers: tenants could see each other. No setting does this by itself.',
      'pt-BR': 'Pare o ZapHub e avise os responsáveis: clientes poderiam ver dados uns dos outros.',
    },
  };
}

const unprotectedTables = `
select c.oid::regclass::text as name
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
where n.nspname in ('public', 'app') and c.relkind in ('r', 'p')
  and not (c.relrowsecurity and c.relforcerowsecurity)
order by 1`;
