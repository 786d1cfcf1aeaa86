import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { migrate, pendingMigrations } from './migrate.ts';

describe('migrating', () => {
  let directory: string;
  let connectionString: string;
  let name: string;

  const ask = async <R extends pg.QueryResultRow>(text: string): Promise<R[]> => {
    const client = new pg.Client({ connectionString });
    await client.connect();
    const result = await client.query<R>(text);
    await client.end();
    return result.rows;
  };
  const file = (migration: string, sql: string): Promise<void> => writeFile(join(directory, migration), sql);

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'migrations-'));
    name = `migrate_${process.pid}_${performance.now().toFixed(0)}`;
    await administer(`create database ${name}`);
    const url = new URL(inject('postgresUrl'));
    url.pathname = '/' + name;
    connectionString = url.href;
  });
  afterEach(async () => {
    await administer(`drop database ${name} with (force)`);
    await rm(directory, { recursive: true });
  });

  it('applies what is new, in order, once', async () => {
    await file('20260101000000_one.sql', 'create table steps (n int); insert into steps values (1);');
    await file('20260102000000_two.sql', 'insert into steps values (2);');
    expect(await pendingMigrations({ connectionString, directory })).toEqual([
      '20260101000000_one',
      '20260102000000_two',
    ]);
    expect(await migrate({ connectionString, directory })).toEqual({
      applied: ['20260101000000_one', '20260102000000_two'],
    });
    expect(await migrate({ connectionString, directory })).toEqual({ applied: [] });
    expect(await pendingMigrations({ connectionString, directory })).toEqual([]);
    expect(await ask('select n from steps order by n')).toEqual([{ n: 1 }, { n: 2 }]);
  });

  it('lets many starters race and applies each file once', async () => {
    await file(
      '20260101000000_one.sql',
      'create table steps (n int); insert into steps values (1); select pg_sleep(0.2);',
    );
    const results = await Promise.all(
      Array.from({ length: 5 }, () => migrate({ connectionString, directory })),
    );
    expect(results.flatMap((result) => result.applied)).toEqual(['20260101000000_one']);
    expect(await ask('select n from steps')).toEqual([{ n: 1 }]);
  });

  it('undoes a file that fails and keeps the ones before it', async () => {
    await file('20260101000000_one.sql', 'create table steps (n int);');
    await file('20260102000000_two.sql', 'insert into steps values (1); select nonsense;');
    await expect(migrate({ connectionString, directory })).rejects.toMatchObject({
      code: 'migration_failed',
    });
    expect(await ask('select n from steps')).toEqual([]);
    expect(await pendingMigrations({ connectionString, directory })).toEqual(['20260102000000_two']);
  });

  it('refuses a history that was changed, and one from a newer version', async () => {
    await file('20260101000000_one.sql', 'create table steps (n int);');
    await migrate({ connectionString, directory });
    await file('20260101000000_one.sql', 'create table other (n int);');
    await expect(migrate({ connectionString, directory })).rejects.toMatchObject({
      code: 'migration_changed',
    });
    await rm(join(directory, '20260101000000_one.sql'));
    await expect(migrate({ connectionString, directory })).rejects.toMatchObject({
      code: 'migration_unknown',
    });
  });

  it('refuses a server that is too old before it changes anything', async () => {
    await file('20260101000000_one.sql', 'create table steps (n int);');
    await expect(
      migrate({ connectionString, directory, oldestServerVersion: 990_000 }),
    ).rejects.toMatchObject({
      code: 'server_too_old',
    });
    expect(await ask(`select to_regclass('app.migrations') as found`)).toEqual([{ found: null }]);
  });
});

async function administer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: inject('postgresUrl') });
  await client.connect();
  await client.query(statement);
  await client.end();
}
