import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '@zaphub/db';
import { startPostgres } from '@zaphub/embedded';
import pg from 'pg';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    postgresUrl: string;
  }
}

const migrations = join(import.meta.dirname, '../../../supabase/migrations');

/**
 * Vitest's global set-up: one real Postgres for the run, with a migrated database to clone from. Durability is
 * off, since nobody reads this data after a crash; the fault tests start servers of their own with it on.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'zaphub-test-'));
  const server = await startPostgres({
    dataDir: join(dataDir, 'postgres'),
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '300' },
  });
  const owner = new pg.Client({ connectionString: server.url });
  await owner.connect();
  await owner.query('create database zaphub_template');
  await owner.end();
  const template = new URL(server.url);
  template.pathname = '/zaphub_template';
  await migrate({ connectionString: template.href, directory: migrations });
  const roles = new pg.Client({ connectionString: template.href });
  await roles.connect();
  await roles.query(
    `alter role zaphub_api login password 'test'; alter role zaphub_system login password 'test'; alter role zaphub_queues login password 'test'`,
  );
  await roles.end();
  project.provide('postgresUrl', server.url);
  return async () => {
    await server.close();
    await rm(dataDir, { recursive: true, force: true });
  };
}
