import { createContacts, createTenant, useTestDatabase } from '@zaphub/testing';
import { describe, expect, it, vi } from 'vitest';
import { createDatabase, type Database } from './database.ts';

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

describe('a transaction that begins with its first statement', () => {
  const database = useTestDatabase();

  /** A pool of one connection, so that each transaction finds what the one before has left. */
  async function withOne(work: (single: Database) => Promise<void>): Promise<void> {
    const single = createDatabase({ connectionString: database.urls.api, maxConnections: 1 });
    try {
      await work(single);
    } finally {
      await single.close();
    }
  }

  const names = 'select name from contacts where tenant_id = $1 order by name';

  it('answers the same whichever statement is the first, prepared or not, with values or without', async () => {
    const { scope, tenantId } = await createTenant(database.system);
    await createContacts(database.system, tenantId, { count: 2 });
    await withOne(async (single) => {
      for (const round of [1, 2, 3]) {
        const counts = [
          await single.tenant(scope, (tx) => tx.one('select count(*) as count from contacts')),
          await single.tenant(scope, (tx) =>
            tx.one('select count(*) as count from contacts where tenant_id = $1', [tenantId]),
          ),
          ...(await single.tenant(scope, (tx) =>
            tx.prepared('test_count', 'select count(*) as count from contacts', []),
          )),
        ];
        expect([round, counts]).toEqual([round, [{ count: 2 }, { count: 2 }, { count: 2 }]]);
      }
    });
  });

  it('keeps the order of statements that are sent together', async () => {
    const { scope, tenantId } = await createTenant(database.system);
    await withOne(async (single) => {
      for (const round of [1, 2]) {
        const seen = await single.tenant(scope, async (tx) => {
          const add = (name: string): Promise<number> =>
            tx.run('insert into contacts (tenant_id, name) values ($1, $2)', [tenantId, name]);
          const [, one, , two] = await Promise.all([
            add(`a${round}`),
            tx.rows(names, [tenantId]),
            add(`b${round}`),
            tx.rows(names, [tenantId]),
          ]);
          return [one.length, two.length];
        });
        expect(seen).toEqual([round * 2 - 1, round * 2]);
      }
    });
  });

  it('is undone when its first statement fails, and the connection serves the next', async () => {
    const { scope, tenantId } = await createTenant(database.system);
    await withOne(async (single) => {
      for (const round of [1, 2]) {
        const failing = [
          single.tenant(scope, (tx) => tx.rows('select 1 / $1::int', [0])),
          single.tenant(scope, (tx) => tx.prepared('test_nonsense', 'select nonsense', [])),
          single.tenant(scope, async (tx) => {
            await tx.run('insert into contacts (tenant_id, name) values ($1, $2)', [tenantId, 'half']);
            await tx.run('select 1 / $1::int', [0]);
          }),
        ];
        const ends = await Promise.allSettled(failing);
        expect([round, ends.map(({ status }) => status)]).toEqual([
          round,
          ['rejected', 'rejected', 'rejected'],
        ]);
        expect(await single.tenant(scope, (tx) => tx.rows(names, [tenantId]))).toEqual([]);
      }
    });
  });

  it('lends its connection inside the transaction', async () => {
    const { scope, tenantId } = await createTenant(database.system);
    await withOne(async (single) => {
      const asked = 'select current_setting($1) as tenant';
      for (const round of [1, 2]) {
        const seen = await single.tenant(scope, async (tx) => {
          const client = await tx.client();
          return (await client.query<{ tenant: string }>(asked, ['app.tenant_id'])).rows[0]?.tenant;
        });
        expect([round, seen]).toEqual([round, tenantId]);
        const [after] = await single.system((tx) => tx.rows<{ tenant: string }>(asked, ['app.tenant_id']));
        expect([round, after?.tenant]).toEqual([round, '']);
      }
    });
  });

  it('that asks nothing begins nothing, and fails as its work does', async () => {
    const { scope } = await createTenant(database.system);
    await withOne(async (single) => {
      expect(await single.tenant(scope, () => Promise.resolve('nothing'))).toBe('nothing');
      const stopped = single.tenant(scope, () => Promise.reject(new Error('stop')));
      await expect(stopped).rejects.toThrow('stop');
    });
  });

  it('is retryable when the connection goes with its first statement', async () => {
    const { scope } = await createTenant(database.system);
    await withOne(async (single) => {
      for (const round of [1, 2]) {
        const { pid } = await single.tenant(scope, (tx) =>
          tx.one<{ pid: number }>('select pg_backend_pid() as pid where $1::int > 0', [1]),
        );
        const dying = single.tenant(scope, (tx) => tx.rows('select pg_sleep($1)', [30]));
        const killed = expect(dying).rejects.toMatchObject({ code: 'unavailable' });
        await vi.waitFor(async () => {
          const ended = await database.system.system((tx) =>
            tx.rows(
              `select pg_terminate_backend(pid) from pg_stat_activity where pid = $1 and query like '%pg_sleep%'`,
              [pid],
            ),
          );
          expect([round, ended.length]).toEqual([round, 1]);
        });
        await killed;
      }
    });
  });
});

describe('reading', () => {
  const database = useTestDatabase();

  it('sees its own tenant and nothing else, whoever logged in, and cannot write', async () => {
    const ours = await createTenant(database.system);
    const theirs = await createTenant(database.system);
    await createContacts(database.system, ours.tenantId, { count: 2 });
    await createContacts(database.system, theirs.tenantId, { count: 3 });
    for (const login of [database.api, database.system]) {
      for (const round of [1, 2]) {
        const seen = await login.read(ours.scope, async (tx) => [
          ...(await tx.rows<{ tenant_id: string }>('select tenant_id from contacts')),
          ...(await tx.prepared<{ tenant_id: string }>('test_read', 'select tenant_id from contacts', [])),
        ]);
        expect([round, ...seen.map((row) => row.tenant_id)]).toEqual([
          round,
          ...Array<string>(4).fill(ours.tenantId),
        ]);
        const write = login.read(ours.scope, (tx) =>
          tx.run('insert into contacts (tenant_id, name) values ($1, $2)', [ours.tenantId, 'written']),
        );
        await expect(write).rejects.toThrow(/read-only transaction/);
      }
    }
  });

  it('leaves nothing behind on the connection, and lends it to nobody', async () => {
    const { scope, tenantId } = await createTenant(database.system);
    const single = createDatabase({ connectionString: database.urls.system, maxConnections: 1 });
    const settings = `select current_setting('app.tenant_id', true) as tenant, current_user as role,
      current_setting('transaction_read_only') as read_only`;
    try {
      const before = await single.system((tx) => tx.one(settings));
      const inside = await single.read(scope, (tx) => tx.one(settings));
      expect(inside).toEqual({ tenant: tenantId, role: 'zaphub_api', read_only: 'on' });
      await expect(single.read(scope, (tx) => tx.rows('select nonsense'))).rejects.toThrow(/nonsense/);
      await expect(single.read(scope, (tx) => tx.client())).rejects.toThrow('lent by transactions only');
      // A setting that was once set is empty afterwards, not absent.
      expect(await single.system((tx) => tx.one(settings))).toEqual({ ...Object(before), tenant: '' });
    } finally {
      await single.close();
    }
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
