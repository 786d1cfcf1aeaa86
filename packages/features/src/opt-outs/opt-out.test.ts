import { createContacts, createTenant, useTestDatabase } from '@zaphub/testing';
import { describe, expect, test } from 'vitest';
import { optIn, optOut } from './opt-out.ts';
import { recordProofs } from './record-proofs.ts';

const database = useTestDatabase();

async function someone() {
  const tenant = await createTenant(database.system);
  const [contactId = ''] = await createContacts(database.system, tenant.tenantId, { count: 1 });
  const { scope } = tenant;
  return {
    ...tenant,
    contactId,
    out: (at?: Date, source = 'manual') =>
      database.api.tenant(scope, (tx) =>
        optOut(tx, scope, { contactIds: [contactId], source, evidence: 'SAIR', ...(at ? { at } : {}) }),
      ),
    in: (at?: Date) =>
      database.api.tenant(scope, (tx) =>
        optIn(tx, scope, { contactIds: [contactId], source: 'manual', ...(at ? { at } : {}) }),
      ),
    state: (id = contactId) =>
      database.system.system((tx) =>
        tx.one<{ out: boolean; source: string | null }>(
          'select opted_out_at is not null as out, opt_out_source as source from contacts where id = $1',
          [id],
        ),
      ),
    proofs: () =>
      database.system.system((tx) =>
        tx.rows<{ action: string }>(
          'select * from opt_out_proofs where tenant_id = $1 order by recorded_at, id',
          [tenant.tenantId],
        ),
      ),
  };
}

const minutesAgo = (minutes: number): Date => new Date(Date.now() - minutes * 60_000);

describe('opting out', () => {
  test('is in force at once and leaves a proof; again, it leaves another proof only', async () => {
    const person = await someone();
    expect(await person.out()).toEqual([{ contactId: person.contactId, action: 'opt_out' }]);
    expect(await person.state()).toEqual({ out: true, source: 'manual' });
    expect(await person.out(undefined, 'csv')).toEqual([]);
    expect(await person.state()).toEqual({ out: true, source: 'manual' });
    expect(await person.proofs()).toMatchObject([
      { action: 'opt_out', source: 'manual', evidence: 'SAIR', actor_id: null },
      { action: 'opt_out', source: 'csv' },
    ]);
  });

  test.each([
    ['in order', [0, 1, 2]],
    ['in reverse', [2, 1, 0]],
    ['mixed', [1, 2, 0]],
  ])('the last word counts, whatever order they arrive in: %s', async (_name, order) => {
    const person = await someone();
    const said = [
      () => person.out(minutesAgo(30)),
      () => person.in(minutesAgo(20)),
      () => person.out(minutesAgo(10), 'last'),
    ];
    for (const nth of order) await said[nth]?.();
    expect(await person.state()).toEqual({ out: true, source: 'last' });
    await person.in();
    expect(await person.state()).toEqual({ out: false, source: null });
    // An older word that comes late changes nothing.
    expect(await person.out(minutesAgo(5))).toEqual([]);
  });

  test('of both at one moment counts as opting out, and a moment to come counts as now', async () => {
    const person = await someone();
    const at = minutesAgo(5);
    await person.out(at);
    expect(await person.in(at)).toEqual([]);
    await person.in(new Date(Date.now() + 86_400_000));
    await person.out();
    expect((await person.state()).out).toBe(true);
  });

  test('before there were proofs is taken back only by what was said later', async () => {
    const person = await someone();
    const mark = `update contacts set opted_out_at = now() - interval '1 hour', opt_out_source = 'csv' where id = $1`;
    await database.system.system((tx) => tx.run(mark, [person.contactId]));
    expect(await person.in(minutesAgo(90))).toEqual([]);
    expect(await person.in(minutesAgo(30))).toHaveLength(1);
  });

  test('of a part counts for the whole, and of the whole for its parts', async () => {
    const person = await someone();
    const merged = await createContacts(database.system, person.tenantId, {
      count: 2,
      firstPhone: 5521900000000,
    });
    await database.system.system((tx) =>
      tx.run('update contacts set merged_into = $1 where id = any($2::uuid[])', [person.contactId, merged]),
    );
    const { scope } = person;
    const changed = await database.api.tenant(scope, (tx) =>
      optOut(tx, scope, { contactIds: merged.slice(0, 1), source: 'keyword' }),
    );
    expect(changed).toEqual([{ contactId: person.contactId, action: 'opt_out' }]);
    for (const id of [person.contactId, ...merged]) expect((await person.state(id)).out).toBe(true);
    await person.in();
    for (const id of [person.contactId, ...merged]) expect((await person.state(id)).out).toBe(false);
  });

  test('by the same message is recorded once', async () => {
    const { scope, contactId, connectionId, ...person } = await someone();
    const proof = { contactId, action: 'opt_out', source: 'keyword', connectionId, key: 'm1' } as const;
    const record = () => database.api.tenant(scope, (tx) => recordProofs(tx, scope, [proof]));
    expect(await record()).toHaveLength(1);
    expect(await record()).toEqual([]);
    expect(await person.proofs()).toHaveLength(1);
  });

  test("of another tenant's contact does nothing", async () => {
    const [person, other] = [await someone(), await someone()];
    const stray = await database.api.tenant(person.scope, (tx) =>
      optOut(tx, person.scope, { contactIds: [other.contactId], source: 'manual' }),
    );
    expect(stray).toEqual([]);
    expect((await other.state()).out).toBe(false);
    expect(await person.proofs()).toEqual([]);
  });
});

describe('a proof', () => {
  test('cannot be changed, and goes only with its tenant', async () => {
    const person = await someone();
    await person.out();
    for (const change of [`update opt_out_proofs set source = 'x'`, 'delete from opt_out_proofs']) {
      await expect(
        database.api.tenant(person.scope, (tx) =>
          tx.run(`${change} where tenant_id = $1`, [person.tenantId]),
        ),
      ).rejects.toMatchObject({ code: '42501' });
    }
    await expect(
      database.system.system((tx) =>
        tx.run(`update opt_out_proofs set source = 'x' where tenant_id = $1`, [person.tenantId]),
      ),
    ).rejects.toMatchObject({ code: '42501' });
    expect(await person.proofs()).toHaveLength(1);
  });

  test('keeps what can be stored of any text', async () => {
    const { scope, contactId, ...person } = await someone();
    const evidence = `sair\u0000 \ud800${'é'.repeat(3000)}`;
    await database.api.tenant(scope, (tx) =>
      optOut(tx, scope, { contactIds: [contactId], source: 'keyword', evidence }),
    );
    const [proof] = await person.proofs();
    expect(proof).toMatchObject({ evidence: `sair \ufffd${'é'.repeat(1994)}` });
  });
});
