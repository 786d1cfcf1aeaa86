import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';

export type MigrationErrorCode =
  'server_too_old' | 'migration_changed' | 'migration_unknown' | 'migration_failed';

/** Why the database could not be brought to the code's schema; the message says what to do. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
  readonly code: MigrationErrorCode;

  constructor(code: MigrationErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

export interface MigrateOptions {
  /** A login that may create roles, schemas and tables. */
  connectionString: string;
  /** The folder with `<14 digits>_<name>.sql` files. */
  directory: string;
  log?: (line: string) => void;
  /** The oldest server that will do, as `server_version_num`; default 150000 (Postgres 15). */
  oldestServerVersion?: number;
}

interface Migration {
  version: string;
  sql: string;
  checksum: string;
}

// Any constant will do, as long as every starter takes the same one.
const lockKey = 7_215_001;

/**
 * Brings the database to the newest schema: forward only, each file in a transaction of its own, one migrator at
 * a time (the others wait, then find nothing to do).
 * @throws MigrationError before anything changed, or with the file that failed; what came before it stays.
 */
export async function migrate(options: MigrateOptions): Promise<{ applied: string[] }> {
  const migrations = await readMigrations(options.directory);
  const client = new pg.Client({
    connectionString: options.connectionString,
    application_name: 'zaphub-migrate',
  });
  await client.connect();
  try {
    await checkServer(client, options.oldestServerVersion ?? 150_000);
    await client.query('select pg_advisory_lock($1)', [lockKey]);
    const done = await readDone(client);
    checkHistory(migrations, done);
    const applied: string[] = [];
    for (const migration of migrations) {
      if (done.has(migration.version)) continue;
      await apply(client, migration);
      options.log?.(`applied ${migration.version}`);
      applied.push(migration.version);
    }
    return { applied };
  } finally {
    await client.end(); // ends the session, and with it the lock
  }
}

/** The migrations that the code has and the database has not; empty when it is at head. */
export async function pendingMigrations(options: MigrateOptions): Promise<string[]> {
  const migrations = await readMigrations(options.directory);
  const client = new pg.Client({
    connectionString: options.connectionString,
    application_name: 'zaphub-migrate',
  });
  await client.connect();
  try {
    const known = await client.query(`select to_regclass('app.migrations') is not null as found`);
    if (known.rows[0]?.found !== true) return migrations.map((migration) => migration.version);
    const result = await client.query<{ version: string }>('select version from app.migrations');
    const done = new Set(result.rows.map((row) => row.version));
    return migrations.map((migration) => migration.version).filter((version) => !done.has(version));
  } finally {
    await client.end();
  }
}

async function readMigrations(directory: string): Promise<Migration[]> {
  const names = (await readdir(directory)).filter((name) => /^\d{14}_[a-z0-9_]+\.sql$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(join(directory, name), 'utf8');
      return { version: name.slice(0, -4), sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

async function checkServer(client: pg.Client, oldest: number): Promise<void> {
  const result = await client.query<{ number: string; text: string }>(
    `select current_setting('server_version_num') as number, current_setting('server_version') as text`,
  );
  const row = result.rows[0];
  if (row && Number(row.number) >= oldest) return;
  throw new MigrationError(
    'server_too_old',
    `This is Postgres ${row?.text ?? '?'}; ZapHub needs ${Math.floor(oldest / 10_000)} or newer. Nothing was changed. Upgrade the server, then run migrate again.`,
  );
}

async function readDone(client: pg.Client): Promise<Map<string, string>> {
  await client.query(`
    create schema if not exists app;
    create table if not exists app.migrations (
      version text primary key, checksum text not null, applied_at timestamptz not null default now());
    revoke all on app.migrations from public;
  `);
  const result = await client.query<{ version: string; checksum: string }>(
    'select version, checksum from app.migrations',
  );
  return new Map(result.rows.map((row) => [row.version, row.checksum]));
}

function checkHistory(migrations: Migration[], done: Map<string, string>): void {
  const known = new Map(migrations.map((migration) => [migration.version, migration.checksum]));
  for (const [version, checksum] of done) {
    const ours = known.get(version);
    if (ours === undefined) {
      throw new MigrationError(
        'migration_unknown',
        `The database has migration ${version}, which this version of ZapHub does not know: it was used by a newer one. Nothing was changed. Start the newer version, or restore the backup from before the upgrade.`,
      );
    }
    if (ours !== checksum) {
      throw new MigrationError(
        'migration_changed',
        `Migration ${version} was applied with other contents than the file has now. Nothing was changed. Restore the original file.`,
      );
    }
  }
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  try {
    await client.query('begin');
    await client.query(migration.sql);
    await client.query('insert into app.migrations (version, checksum) values ($1, $2)', [
      migration.version,
      migration.checksum,
    ]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined); // the first error is the one to tell
    const reason = error instanceof Error ? error.message : String(error);
    throw new MigrationError(
      'migration_failed',
      `Migration ${migration.version} failed and was undone: ${reason}`,
      {
        cause: error,
      },
    );
  }
}
