import { useTestDatabase } from '@zaphub/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cancelImport } from '../actions/cancel-import.ts';
import { noFailpoints } from '../../failpoints.ts';
import { importFixture, people } from '../import-fixture.ts';
import type { ImportFixture } from '../import-fixture.ts';
import { runImport } from './run-import.ts';

const database = useTestDatabase();
let fixture: ImportFixture;
beforeEach(async () => {
  fixture = await importFixture(database);
});
afterEach(() => fixture.close());

/** Acts after the n-th batch of a run. */
function afterBatch(n: number, act: () => Promise<void> | void): { hit: () => Promise<void> | undefined } {
  let passes = 0;
  return {
    hit: () => (++passes === n ? Promise.resolve(act()) : undefined),
  };
}

const counts = (row: {
  created: number;
  updated: number;
  unchanged: number;
  duplicates: number;
  invalid: number;
}) => ({
  created: row.created,
  updated: row.updated,
  unchanged: row.unchanged,
  duplicates: row.duplicates,
  invalid: row.invalid,
});
const nothing = { created: 0, updated: 0, unchanged: 0, duplicates: 0, invalid: 0 };

describe('an import', () => {
  test('makes contacts with names, attributes and tags', async () => {
    const row = await fixture.import(
      'Nome;Celular;Tags;Data de Nascimento;Obs\n' +
        'João "Jota";11 98765-4321;vip;1990-01-02;\n'.replace('João "Jota"', '"João ""Jota"""') +
        'Maria;+55 21 98765-4321;"vip, novo";;"=1+1\n\\tab\t"\n',
      { tags: ['março'] },
    );
    expect(row).toMatchObject({ status: 'completed', rows_read: 2, ...nothing, created: 2 });
    expect(row.bytes_read).toBe(row.size_bytes);
    expect(await fixture.contacts()).toEqual([
      {
        phone: '+5511987654321',
        name: 'João "Jota"',
        attributes: { data_de_nascimento: '1990-01-02' },
        tags: ['março', 'vip'],
      },
      {
        phone: '+5521987654321',
        name: 'Maria',
        attributes: { obs: '=1+1\n\\tab\t' },
        tags: ['março', 'novo', 'vip'],
      },
    ]);
  });

  test('refuses rows one by one, and counts every row once', async () => {
    const row = await fixture.import(
      'name,phone\n' +
        'A,+5511987654321\n' + // row 2
        '\n' +
        'B,\n' +
        'C,5.5E+12\n' +
        'D,+551133334444\n' +
        'E,447911123456\n' +
        'F\n' +
        'G,+5511987654322,more\n' +
        'H\0,+5511987654323\n' +
        'I "x",+5511987654324\n' +
        `${'J'.repeat(70_000)},+5511987654325\n` +
        ',,\n' +
        'K,11 98765-4321\n' +
        'L,not a phone\n',
    );
    expect(await fixture.errors(row.id)).toEqual({
      4: 'phone_missing',
      5: 'phone_scientific',
      6: 'phone_not_mobile',
      7: 'phone_ambiguous',
      8: 'too_few_columns',
      9: 'too_many_columns',
      10: 'invalid_characters',
      11: 'broken_quotes',
      12: 'field_too_large',
      15: 'phone_invalid',
    });
    expect(row).toMatchObject({ status: 'completed', ...nothing, created: 1, duplicates: 1, invalid: 10 });
    expect(row.rows_read).toBe(12);
  });

  test('of the same file again creates and changes nothing', async () => {
    const file = people(0, 300);
    expect(counts(await fixture.import(file, { tags: ['a'] }))).toEqual({ ...nothing, created: 300 });
    expect(counts(await fixture.import(file, { tags: ['a'] }))).toEqual({ ...nothing, unchanged: 300 });
    expect(counts(await fixture.import(file, { tags: ['b'] }))).toEqual({ ...nothing, updated: 300 });
    expect(await fixture.contacts()).toHaveLength(300);
  });

  test('changes what the file says otherwise, and keeps what it does not say', async () => {
    await fixture.import('name,phone,city\nAna,+5511987654321,Natal\nBia,+5511987654322,Recife\n');
    const row = await fixture.import(
      'name,phone,city,age\nAna Lima,+5511987654321,,33\n,+5511987654322,Recife,\n',
    );
    expect(counts(row)).toEqual({ ...nothing, updated: 1, unchanged: 1 });
    expect(await fixture.contacts()).toMatchObject([
      { name: 'Ana Lima', attributes: { city: 'Natal', age: '33' } },
      { name: 'Bia', attributes: { city: 'Recife' } },
    ]);
  });

  test('takes the first row of a phone, in whatever batch the others come', async () => {
    await fixture.import('name,phone\nOld,+5511900000001\n');
    const uploaded = await fixture.upload(
      'name,phone\n' +
        'First,+5511900000001\nFirst,11 90000-0002\n' +
        'Later,+55 11 90000 0001\nLater,+5511900000002\n'.repeat(3000),
    );
    await fixture.start(uploaded);
    await fixture.run(uploaded.id, { batchRows: 2 });
    expect(counts(await fixture.read(uploaded.id))).toEqual({
      ...nothing,
      created: 1,
      updated: 1,
      duplicates: 6000,
    });
    expect((await fixture.contacts()).map((contact) => contact.name)).toEqual(['First', 'First']);
    const left = await database.system.system((tx) =>
      tx.rows('select from import_matches where import_id = $1', [uploaded.id]),
    );
    expect(left).toHaveLength(0);
  });

  test('of a million rows with one phone makes one contact', async () => {
    async function* file(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('phone\n');
      const thousand = Buffer.from('+5511987654321\n'.repeat(1000));
      for (let n = 0; n < 1000; n++) yield thousand;
    }
    const row = await fixture.import(file());
    expect(row).toMatchObject({ status: 'completed', rows_read: 1_000_000, created: 1, duplicates: 999_999 });
    expect(await fixture.contacts()).toHaveLength(1);
  }, 120_000);

  test('keeps an opt-out', async () => {
    await fixture.import('name,phone\nAna,+5511987654321\n');
    await database.system.system((tx) =>
      tx.run('update contacts set opted_out_at = now() where tenant_id = $1', [fixture.scope.tenantId]),
    );
    await fixture.import('name,phone\nAna Lima,+5511987654321\n');
    const { kept } = await database.system.system((tx) =>
      tx.one<{ kept: boolean }>(
        'select opted_out_at is not null as kept from contacts where tenant_id = $1',
        [fixture.scope.tenantId],
      ),
    );
    expect(kept).toBe(true);
  });

  test('says how it goes, at most twice a second', async () => {
    const uploaded = await fixture.upload(people(0, 8000));
    await fixture.start(uploaded);
    const startedAt = performance.now();
    await fixture.run(uploaded.id, { batchRows: 1 });
    const seconds = (performance.now() - startedAt) / 1000;
    const events = await database.system.system((tx) =>
      tx.rows<{ status: string }>(
        `select payload ->> 'status' as status from events where topic = $1 order by event_offset`,
        [`import:${uploaded.id}`],
      ),
    );
    expect(events.length).toBeLessThanOrEqual(4 + seconds * 2);
    expect(events.at(0)?.status).toBe('queued');
    expect(events.at(-1)?.status).toBe('completed');
  });
});

describe('an import that is interrupted', () => {
  test('goes on behind the last batch when its process was killed', async () => {
    const uploaded = await fixture.upload('\uFEFF' + people(0, 20_000).replaceAll('Person', 'Pérson'));
    await fixture.start(uploaded);
    for (const batches of [1, 3]) {
      // What a kill leaves: no batch half applied, the import still running.
      const failpoints = afterBatch(batches, () => Promise.reject(new Error('killed')));
      const died = runImport({ ...fixture.deps, failpoints }, fixture.scope, uploaded.id, {
        signal: new AbortController().signal,
        batchRows: 1,
      });
      await expect(died).rejects.toThrow('killed');
      const row = await fixture.read(uploaded.id);
      expect(row.status).toBe('running');
      expect(row.rows_read).toBeGreaterThan(0);
      expect(row.rows_read).toBeLessThan(20_000);
      expect(await fixture.contacts()).toHaveLength(row.created);
    }
    expect(await fixture.run(uploaded.id)).toBe('completed');
    expect(counts(await fixture.read(uploaded.id))).toEqual({ ...nothing, created: 20_000 });
    expect(await fixture.contacts()).toHaveLength(20_000);
  });

  test('run by two at once applies every row once', async () => {
    const uploaded = await fixture.upload(people(0, 9000) + people(0, 100).replace('name,phone\n', ''));
    await fixture.start(uploaded);
    const ends = await Promise.all([1, 2, 3].map(() => fixture.run(uploaded.id, { batchRows: 500 })));
    expect(ends.filter((end) => end === 'completed')).toHaveLength(1);
    const row = await fixture.read(uploaded.id);
    expect(row).toMatchObject({ status: 'completed', rows_read: 9100 });
    expect(counts(row)).toEqual({ ...nothing, created: 9000, duplicates: 100 });
    expect(await fixture.run(uploaded.id)).toBe('stopped');
  });

  test('beside another of the same contacts ends, with every contact once', async () => {
    const backwards = people(0, 3000).split('\n').slice(1, -1).toReversed().join('\n');
    const rows = await Promise.all([
      fixture.import(people(0, 3000)),
      fixture.import(`name,phone\n${backwards}\n`),
    ]);
    expect(rows.map((row) => row.status)).toEqual(['completed', 'completed']);
    expect(rows[0].created + rows[1].created).toBe(3000);
    expect(rows[0].unchanged + rows[1].unchanged).toBe(3000);
  });

  test('by being cancelled stops between batches and keeps what is in', async () => {
    const uploaded = await fixture.upload(people(0, 9000));
    await fixture.start(uploaded);
    const failpoints = afterBatch(1, async () => {
      await cancelImport(fixture.deps, fixture.scope, uploaded.id);
    });
    const end = await runImport({ ...fixture.deps, failpoints }, fixture.scope, uploaded.id, {
      signal: new AbortController().signal,
      batchRows: 1,
    });
    expect(end).toBe('stopped');
    const row = await fixture.read(uploaded.id);
    expect(row.status).toBe('cancelled');
    expect(row.created).toBeLessThan(9000);
    expect(await fixture.contacts()).toHaveLength(row.created);
    await expect(fixture.deps.files.open(uploaded.file_key)).rejects.toMatchObject({ code: 'not_found' });
  });

  test('by its signal can be run on', async () => {
    const uploaded = await fixture.upload(people(0, 9000));
    await fixture.start(uploaded);
    const closing = new AbortController();
    const failpoints = afterBatch(1, () => closing.abort(new Error('closing')));
    const options = { signal: closing.signal, batchRows: 1 };
    await expect(
      runImport({ ...fixture.deps, failpoints }, fixture.scope, uploaded.id, options),
    ).rejects.toThrow('closing');
    expect((await fixture.read(uploaded.id)).status).toBe('running');
    expect(await fixture.run(uploaded.id)).toBe('completed');
    expect(await fixture.contacts()).toHaveLength(9000);
  });
});

describe('an import that cannot go on', () => {
  test('at broken quotes names the row and keeps what came before', async () => {
    const uploaded = await fixture.upload(people(0, 9000) + 'Bad,"+5511\n' + people(9000, 9100));
    await fixture.start(uploaded);
    expect(await fixture.run(uploaded.id)).toBe('failed');
    const row = await fixture.read(uploaded.id);
    expect(row).toMatchObject({
      status: 'failed',
      error_code: 'file_broken_quotes',
      created: 9000,
      rows_read: 9000,
    });
    expect(row.error_detail).toContain('Row 9002');
    expect(await fixture.contacts()).toHaveLength(9000);
  });

  test('without its file says so', async () => {
    const uploaded = await fixture.upload(people(0, 10));
    await fixture.start(uploaded);
    await fixture.deps.files.remove(uploaded.file_key);
    expect(await fixture.run(uploaded.id)).toBe('failed');
    expect(await fixture.read(uploaded.id)).toMatchObject({ error_code: 'file_missing', created: 0 });
  });

  test('for a full disk says so, and what may pass is left to the next attempt', async () => {
    const uploaded = await fixture.upload(people(0, 10));
    await fixture.start(uploaded);
    const failing = (code: string) => ({
      ...fixture.deps,
      failpoints: { ...noFailpoints, hit: () => Promise.reject(Object.assign(new Error(code), { code })) },
    });
    const options = { signal: new AbortController().signal };
    await expect(runImport(failing('XX000'), fixture.scope, uploaded.id, options)).rejects.toThrow('XX000');
    expect((await fixture.read(uploaded.id)).status).toBe('running');
    expect(await runImport(failing('53100'), fixture.scope, uploaded.id, options)).toBe('failed');
    expect(await fixture.read(uploaded.id)).toMatchObject({ error_code: 'disk_full' });
  });

  test("under another tenant's scope does not exist", async () => {
    const other = await importFixture(database);
    const uploaded = await fixture.upload(people(0, 10));
    await fixture.start(uploaded);
    expect(
      await runImport(other.deps, other.scope, uploaded.id, { signal: new AbortController().signal }),
    ).toBe('stopped');
    await expect(cancelImport(other.deps, other.scope, uploaded.id)).rejects.toMatchObject({
      code: 'not_found',
    });
    await expect(other.start(uploaded)).rejects.toMatchObject({ code: 'not_found' });
    expect(await fixture.read(uploaded.id)).toMatchObject({ status: 'queued', rows_read: 0 });
    expect(await other.contacts()).toEqual([]);
    await other.close();
  });
});
