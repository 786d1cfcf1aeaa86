import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '@zaphub/db';
import { startPostgres } from '@zaphub/embedded';
import pg from 'pg';
import type { TestUrls } from './test-database.ts';

/** A Postgres of one test alone, migrated, that may be stopped and started while clients hold connections. */
export interface RestartablePostgres {
  /** They stay the same over restarts. */
  readonly urls: TestUrls;
  /** `fast` ends sessions politely, `immediate` is a crash. */
  stop(mode?: 'fast' | 'immediate'): Promise<void>;
  /** Starts it again on the same port and data. */
  start(): Promise<void>;
  close(): Promise<void>;
}

const migrations = join(import.meta.dirname, '../../../supabase/migrations');

/** Starts it; takes a few seconds, so share one among the tests of a file. */
export async function startRestartablePostgres(
  settings: Readonly<Record<string, string>> = {},
): Promise<RestartablePostgres> {
  const dir = await mkdtemp(join(tmpdir(), 'zaphub-test-'));
  const options = { dataDir: join(dir, 'postgres'), settings, sync: false };
  let server = await startPostgres(options);
  const { port, url } = server;
  const owner = new pg.Client({ connectionString: url });
  try {
    await migrate({ connectionString: url, directory: migrations });
    await owner.connect();
    await owner.query(
      `alter role zaphub_api login password 'test'; alter role zaphub_system login password 'test'; alter role zaphub_queues login password 'test'`,
    );
  } catch (error) {
    await server.close('immediate');
    throw error;
  } finally {
    await owner.end();
  }
  return {
    urls: {
      owner: url,
      api: as('zaphub_api', url),
      system: as('zaphub_system', url),
      queues: as('zaphub_queues', url),
    },
    stop: (mode = 'fast') => server.close(mode),
    async start() {
      server = await startPostgres({ ...options, port });
      if (server.port !== port) throw new Error(`port ${port} was taken by somebody else`);
    },
    async close() {
      await server.close('immediate');
      await rm(dir, { recursive: true, force: true });
    },
  };
}

function as(role: string, serverUrl: string): string {
  const url = new URL(serverUrl);
  url.username = role;
  url.password = 'test';
  return url.href;
}
