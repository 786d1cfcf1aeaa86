import { randomBytes, randomUUID } from 'node:crypto';
import { createDatabase, migrate, systemScope } from '@zaphub/db';
import type { Database, TenantScope } from '@zaphub/db';
import { bootstrapSupabase, machineSettings, startPostgres } from '@zaphub/embedded';
import type { Locale } from '@zaphub/types';
import { migrationsDir } from '../../repository.ts';

/** A database of the demo's own, with one tenant in it. */
export interface DemoDatabase {
  /** Logged in as the engine. */
  readonly db: Database;
  readonly systemUrl: string;
  /** Stops Postgres. Idempotent. */
  close(): Promise<void>;
}

/** Starts a real Postgres with full durability on `dataDir` and brings it to the newest schema. */
export async function openDemoDatabase(dataDir: string, signal: AbortSignal): Promise<DemoDatabase> {
  const password = (): string => randomBytes(18).toString('base64url');
  const superuser = password();
  const postgres = await startPostgres({
    dataDir,
    settings: machineSettings,
    user: 'supabase_admin',
    password: superuser,
    signal,
  });
  try {
    const urls = await bootstrapSupabase(postgres.url, {
      superuser,
      owner: password(),
      api: password(),
      system: password(),
      authenticator: password(),
    });
    await migrate({ connectionString: urls.owner, directory: migrationsDir });
    const db = createDatabase({ connectionString: urls.system, applicationName: 'zaphub-demo' });
    return {
      db,
      systemUrl: urls.system,
      async close() {
        await db.close();
        await postgres.close();
      },
    };
  } catch (error) {
    await postgres.close();
    throw error;
  }
}

/** Makes the tenant of the demo, with its simulator connection. */
export async function createDemoTenant(
  db: Database,
  settings: { country: string; locale: Locale },
): Promise<TenantScope> {
  const { tenant } = await db.system((tx) =>
    tx.one<{ tenant: string }>('select app.create_tenant($1, $2, $3, $4, $5, $6) as tenant', [
      randomUUID(),
      'demo@localhost',
      'Demo',
      settings.country,
      settings.locale,
      Intl.DateTimeFormat().resolvedOptions().timeZone,
    ]),
  );
  return systemScope(tenant);
}
