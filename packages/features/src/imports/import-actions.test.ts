import { useTestDatabase } from '@zaphub/testing';
import type { ColumnTarget } from '@zaphub/types';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { previewImport } from './actions/preview-import.ts';
import { errorLines } from './error-lines.ts';
import { importFixture } from './import-fixture.ts';
import type { ImportFixture } from './import-fixture.ts';

const database = useTestDatabase();
let fixture: ImportFixture;
beforeEach(async () => {
  fixture = await importFixture(database);
});
afterEach(() => fixture.close());

const file =
  'Nome completo;WhatsApp;Telefone;Etiquetas;Ciudad;constructor\nAna;11 98765-4321;x;vip,novo;Natal;1\nBia;123;y;;;\n';

describe('an uploaded file', () => {
  test('comes back with its columns, first rows and a mapping that can be started', async () => {
    const { detected, status } = await fixture.upload(file);
    expect(status).toBe('uploaded');
    expect(detected).toMatchObject({ encoding: 'utf-8', delimiter: ';' });
    expect(detected.preview[0]).toEqual(['Ana', '11 98765-4321', 'x', 'vip,novo', 'Natal', '1']);
    expect(detected.suggested).toEqual([
      { to: 'name' },
      { to: 'phone' },
      { to: 'attribute', key: 'telefone' },
      { to: 'tags' },
      { to: 'attribute', key: 'ciudad' },
      { to: 'attribute', key: 'column_constructor' },
    ]);
  });

  test('shows its first rows under a mapping, the refused ones with their reason', async () => {
    const uploaded = await fixture.upload(file);
    const preview = await previewImport(fixture.deps, fixture.scope, uploaded.id, {
      mapping: uploaded.detected.suggested,
      tags: ['março'],
    });
    expect(preview.rows).toEqual([
      {
        row: 2,
        phone: '+5511987654321',
        name: 'Ana',
        tags: ['março', 'vip', 'novo'],
        attributes: { telefone: 'x', ciudad: 'Natal', column_constructor: '1' },
        error: null,
      },
      { row: 3, phone: null, name: null, tags: [], attributes: {}, error: 'phone_invalid' },
    ]);
    expect(await fixture.contacts()).toEqual([]);
  });

  const ignore: ColumnTarget = { to: 'ignore' };
  const rest = [ignore, ignore, ignore, ignore];
  test.each<[name: string, mapping: ColumnTarget[]]>([
    ['no phone', [{ to: 'name' }, ignore, ...rest]],
    ['two phones', [{ to: 'phone' }, { to: 'phone' }, ...rest]],
    ['two names', [{ to: 'phone' }, { to: 'name' }, { to: 'name' }, ignore, ignore, ignore]],
    ['too few columns', [{ to: 'phone' }]],
    [
      'a key twice',
      [{ to: 'phone' }, { to: 'attribute', key: 'a' }, { to: 'attribute', key: 'a' }, ignore, ignore, ignore],
    ],
    ['a key that is none', [{ to: 'phone' }, { to: 'attribute', key: '__proto__' }, ...rest]],
  ])('cannot be started with %s', async (_name, mapping) => {
    const uploaded = await fixture.upload(file);
    await expect(fixture.start(uploaded, { mapping })).rejects.toMatchObject({ code: 'mapping_invalid' });
    expect((await fixture.read(uploaded.id)).status).toBe('uploaded');
  });

  test('is queued once, however often it is started', async () => {
    const uploaded = await fixture.upload(file);
    await Promise.all([fixture.start(uploaded), fixture.start(uploaded)]);
    await fixture.start(uploaded);
    const jobs = await database.system.system((tx) =>
      tx.rows(`select from outbox where payload ->> 'importId' = $1`, [uploaded.id]),
    );
    expect(jobs).toHaveLength(1);
    await fixture.run(uploaded.id);
    await expect(fixture.start(uploaded)).rejects.toMatchObject({ code: 'import_state' });
  });
});

test.each([
  ['en', 'row,column,value,code,reason', 'The phone is not a valid number.'],
  ['pt-BR', 'linha,coluna,valor,código,motivo', 'O telefone não é um número válido.'],
] as const)(
  'the error report says in %s what to correct, and nothing in it is a formula',
  async (locale, header, words) => {
    const row = await fixture.import('name,phone\nAna,=1+1\n');
    let report = '';
    for await (const lines of errorLines(fixture.deps, fixture.scope, row.id, locale)) report += lines;
    expect(report).toMatch(new RegExp(`^\uFEFF${header}\r\n2,phone,'=1\\+1,phone_invalid,"?${words}`));
  },
);
