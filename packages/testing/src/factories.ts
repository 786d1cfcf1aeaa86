import { randomUUID } from 'node:crypto';
import { systemScope } from '@zaphub/db';
import type { Database, TenantScope } from '@zaphub/db';

/** A tenant made for a test, with its owner and the simulator connection that every new tenant gets. */
export interface TestTenant {
  scope: TenantScope;
  tenantId: string;
  ownerId: string;
  ownerEmail: string;
  connectionId: string;
}

export interface TenantOptions {
  name?: string;
  country?: string;
  locale?: 'pt-BR' | 'en';
}

/** Makes a tenant the way the product does. */
export async function createTenant(system: Database, options: TenantOptions = {}): Promise<TestTenant> {
  const ownerId = randomUUID();
  const ownerEmail = `${ownerId}@example.com`;
  return system.system(async (tx) => {
    const { tenant_id: tenantId } = await tx.one<{ tenant_id: string }>(
      'select app.create_tenant($1, $2, $3, $4, $5, $6) as tenant_id',
      [
        ownerId,
        ownerEmail,
        options.name ?? 'Acme',
        options.country ?? 'BR',
        options.locale ?? 'en',
        'America/Sao_Paulo',
      ],
    );
    const { id: connectionId } = await tx.one<{ id: string }>(
      'select id from connections where tenant_id = $1',
      [tenantId],
    );
    return { scope: systemScope(tenantId), tenantId, ownerId, ownerEmail, connectionId };
  });
}

export interface ContactsOptions {
  count: number;
  /** Given to each of them. */
  tag?: string;
  /** The number of the first; later ones count up. Default 5511900000000. */
  firstPhone?: number;
  attributes?: Record<string, string>;
}

/** Makes contacts `Contact 1` … with phones that count up; answers their ids in that order. */
export async function createContacts(
  system: Database,
  tenantId: string,
  options: ContactsOptions,
): Promise<string[]> {
  return system.system(async (tx) => {
    const rows = await tx.rows<{ id: string }>(
      `insert into contacts (tenant_id, phone, name, attributes)
       select $1, '+' || ($3::bigint + n - 1), 'Contact ' || n, $4::jsonb from generate_series(1, $2::int) n
       returning id`,
      [
        tenantId,
        options.count,
        options.firstPhone ?? 5_511_900_000_000,
        JSON.stringify(options.attributes ?? {}),
      ],
    );
    if (options.tag !== undefined) {
      await tx.run(
        'insert into contact_tags (tenant_id, tag, contact_id) select $1, $2, unnest($3::uuid[])',
        [tenantId, options.tag, rows.map((row) => row.id)],
      );
    }
    return rows.map((row) => row.id);
  });
}
