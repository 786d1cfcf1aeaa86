import { randomUUID } from 'node:crypto';
import { createDatabase } from '@zaphub/db';
import type { Database } from '@zaphub/db';
import pg from 'pg';
import { afterAll, beforeAll, inject } from 'vitest';

/** Connection strings of one test database. */
export interface TestUrls {
  owner: string;
  /** Logs in as zaphub_api. */
  api: string;
  /** Logs in as zaphub_system. */
  system: string;
  /** Logs in as zaphub_queues. */
  queues: string;
}

/** A database of this test file alone, cloned from the migrated template. */
export interface TestDatabase {
  readonly api: Database;
  readonly system: Database;
  readonly urls: TestUrls;
}

/** Makes a fresh database on the run's server; the caller closes it. */
export async function createTestDatabase(
  serverUrl: string = inject('postgresUrl'),
): Promise<TestDatabase & { close(): Promise<void> }> {
  const name = 'test_' + randomUUID().replaceAll('-', '');
  await administer(serverUrl, `create database ${name} template zaphub_template`);
  const urls = {
    owner: urlFor(serverUrl, name),
    api: urlFor(serverUrl, name, 'zaphub_api'),
    system: urlFor(serverUrl, name, 'zaphub_system'),
    queues: urlFor(serverUrl, name, 'zaphub_queues'),
  };
  const api = createDatabase({ connectionString: urls.api, applicationName: 'test-api' });
  const system = createDatabase({ connectionString: urls.system, applicationName: 'test-system' });
  return {
    api,
    system,
    urls,
    async close() {
      await Promise.all([api.close(), system.close()]);
      await administer(serverUrl, `drop database ${name} with (force)`);
    },
  };
}

/** A database for all tests of this file: made before the first, dropped after the last. */
export function useTestDatabase(): TestDatabase {
  let opened: (TestDatabase & { close(): Promise<void> }) | undefined;
  beforeAll(async () => {
    opened = await createTestDatabase();
  });
  afterAll(async () => {
    await opened?.close();
  });
  const get = (): TestDatabase => {
    if (!opened) throw new Error('the test database exists only inside tests and hooks');
    return opened;
  };
  return {
    get api() {
      return get().api;
    },
    get system() {
      return get().system;
    },
    get urls() {
      return get().urls;
    },
  };
}

async function administer(serverUrl: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

function urlFor(serverUrl: string, database: string, role?: string): string {
  const url = new URL(serverUrl);
  url.pathname = '/' + database;
  if (role) {
    url.username = role;
    url.password = 'test';
  }
  return url.href;
}
