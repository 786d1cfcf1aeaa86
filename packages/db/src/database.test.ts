import { createContacts, createTenant, useTestDatabase } from '@zaphub/testing';
import { describe, expect, it } from 'vitest';
import { createDatabase } from './database.ts';

describe('a tenant transaction', () => {
  const database = useTestDatabase();

  it('sees its own tenant and nothing else, whoever logged in', async () => {
    const ours = await createTenant(database.system);
    const theirs = await createTenant(database.system);
    await createContacts(database.system, ours.tenantId, { count: 2 });
    await createContacts(database.system, theirs.tenantId, { count: 3 });
    for (const login of [database.api, database.system]) {
      const seen = await login.tenant(ours.scope, (tx) =>
        tx.rows<{ tenant_id: string }>('select tenant_id from contacts'),
      );
      expect(seen.map((row) => row.tenant_id)).toEqual([ours.tenantId, ours.tenantId]);
    }
  });

  it('cannot write into another tenant', async () => {
    const ours = await createTenant(database.system);
    const theirs = await createTenant(database.system);
    const write = database.api.tenant(ours.scope, (tx) =>
      tx.run('insert into contacts (tenant_id, name) values ($1, $2)', [theirs.tenantId, 'intruder']),
    );
    await expect(write).rejects.toThrow(/row-level security/);
  });

  it('leaves no tenant behind on the connection, also after an error', async () => {
    const ours = await createTenant(database.system);
    await createContacts(database.system, ours.tenantId, { count: 1 });
    const single = createDatabase({ connectionString: database.urls.api, maxConnections: 1 });
    try {
      await single.tenant(ours.scope, (tx) => tx.run('select 1'));
      await expect(single.tenant(ours.scope, (tx) => tx.run('select nonsense'))).rejects.toThrow(/nonsense/);
      const seen = await single.system((tx) => tx.rows('select id from contacts'));
      expect(seen).toEqual([]);
    } finally {
      await single.close();
    }
  });

  it('undoes everything when the work throws', async () => {
    const ours = await createTenant(database.system);
    await expect(
      database.api.tenant(ours.scope, async (tx) => {
        await tx.run('insert into contacts (tenant_id, name) values ($1, $2)', [ours.tenantId, 'half']);
        throw new Error('stop');
      }),
    ).rejects.toThrow('stop');
    const { count } = await database.system.system((tx) =>
      tx.one<{ count: number }>('select count(*) from contacts where tenant_id = $1', [ours.tenantId]),
    );
    expect(count).toBe(0);
  });
});

describe('text that cannot be stored', () => {
  const database = useTestDatabase();

  it('is a mistake of the caller, in a column and inside JSON', async () => {
    const { scope } = await createTenant(database.system);
    for (const statement of ['select $1::text', 'select $1::jsonb']) {
      const text = statement.endsWith('jsonb') ? '{"a":"\\u0000"}' : 'a\0b';
      const send = database.api.tenant(scope, (tx) => tx.rows(statement, [text]));
      await expect(send).rejects.toMatchObject({ code: 'bad_request' });
    }
  });
});

describe('listening', () => {
  const database = useTestDatabase();

  it('comes back by itself when its connection is ended, and says so', async () => {
    const heard: string[] = [];
    const waiting: { until: string; wake: () => void }[] = [];
    const hear = (line: string): void => {
      heard.push(line);
      for (const one of waiting.filter((each) => each.until === line)) one.wake();
    };
    const next = (until: string): Promise<void> =>
      heard.includes(until) ? Promise.resolve() : new Promise((wake) => waiting.push({ until, wake }));

    const listener = await database.system.listen('test_channel', hear, () => hear('(reconnected)'));
    await database.system.system((tx) => tx.run(`notify test_channel, 'one'`));
    await next('one');
    await database.system.system((tx) =>
      tx.run(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where application_name = 'zaphub-listen' and datname = current_database()`,
      ),
    );
    await next('(reconnected)');
    await database.system.system((tx) => tx.run(`notify test_channel, 'two'`));
    await next('two');
    await listener.close();
    expect(heard).toEqual(['one', '(reconnected)', 'two']);
  });
});
