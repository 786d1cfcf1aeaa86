import { randomUUID } from 'node:crypto';
import { type Database, systemScope, type TenantScope } from '@zaphub/db';

/** A new tenant with its simulator connection and so many contacts. */
export async function fillTenant(
  db: Database,
  contacts: number,
  ownerId: string = randomUUID(),
): Promise<TenantScope> {
  return db.system(async (tx) => {
    const { id } = await tx.one<{ id: string }>(
      `select app.create_tenant($1, 'bench@example.com', 'Bench', 'BR', 'en', 'UTC') as id`,
      [ownerId],
    );
    await tx.run(
      `insert into contacts (tenant_id, phone, name)
       select $1, '+55119' || lpad(n::text, 8, '0'), 'Contact ' || n from generate_series(1, $2::int) n`,
      [id, contacts],
    );
    return systemScope(id);
  });
}
