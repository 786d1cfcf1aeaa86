import { useTestDatabase } from '@zaphub/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { importFixture, people } from './import-fixture.ts';
import type { ImportFixture } from './import-fixture.ts';

describe('a file that means harm', () => {
  const database = useTestDatabase();
  let fixture: ImportFixture;
  beforeEach(async () => {
    fixture = await importFixture(database);
  });
  afterEach(() => fixture.close());

  test.each(['\u001F', 'vip\u001F', '\u001Fvip\u001Fold'])(
    'cannot stop an import with the control characters in the tags %j',
    async (tags) => {
      const others = Array.from({ length: 40 }, (_, n) => `+55119000001${n + 10},other\n`).join('');
      const row = await fixture.import(`phone,tags\n+5511900000001,"${tags}"\n+5511900000002,ok\n${others}`);
      expect(row).toMatchObject({ status: 'completed', rows_read: 42, created: 42 });
      const tagged = (await fixture.contacts()).find((one) => one.phone === '+5511900000002');
      expect(tagged?.tags).toEqual(['ok']);
    },
  );

  test('half a character in a UTF-16 cell refuses its row, not the file', async () => {
    const file = Buffer.concat([
      Buffer.from('\uFEFFphone\tname\tcity\n', 'utf16le'),
      Buffer.from('+5511900000001\tAna \uD83D\tS\uDE00o\n', 'utf16le'),
    ]);
    const row = await fixture.import(file);
    expect(row).toMatchObject({ status: 'completed', created: 0, invalid: 1 });
    expect(await fixture.errors(row.id)).toEqual({ 2: 'invalid_characters' });
  });

  test('half a character in the name of a field is refused or stored, never an error of ours', async () => {
    const uploaded = await fixture.upload('phone,city\n+5511900000001,Recife\n');
    const started = fixture.start(uploaded, {
      mapping: [{ to: 'phone' }, { to: 'attribute', key: 'cit\uD83D' }],
    });
    await expect(started).rejects.toMatchObject({ code: 'mapping_invalid' });
  });

  test('somebody who opted out stays so, whatever file names them', async () => {
    const file = 'phone,name,tags\n+5511900000001,Ana,vip\n';
    await fixture.import(file);
    await database.system.system((tx) =>
      tx.run(
        `update contacts set opted_out_at = '2026-01-01', opt_out_source = 'manual' where tenant_id = $1`,
        [fixture.scope.tenantId],
      ),
    );
    await fixture.import('phone,name,tags,opted_out_at\n+5511900000001,Bia,new,\n');
    const contact = await database.system.system((tx) =>
      tx.one<{ name: string; out: string; source: string }>(
        `select name, opted_out_at::date::text as out, opt_out_source as source from contacts where tenant_id = $1`,
        [fixture.scope.tenantId],
      ),
    );
    expect(contact).toEqual({ name: 'Bia', out: '2026-01-01', source: 'manual' });
  });

  test('an import that failed does not keep its file for ever', async () => {
    const uploaded = await fixture.upload(people(0, 9000) + 'Bad,"+5511\n' + people(9000, 9100));
    await fixture.start(uploaded);
    expect(await fixture.run(uploaded.id)).toBe('failed');
    await expect(fixture.deps.files.open(uploaded.file_key)).rejects.toMatchObject({ code: 'not_found' });
  });

  test('two imports of one file at once make everybody once', async () => {
    const rows = Array.from({ length: 3000 }, (_, n) => `+55119${10_000_000 + n},Name ${n},vip`);
    const file = `phone,name,tags\n${rows.join('\n')}\n`;
    const back = `phone,name,tags\n${rows.toReversed().join('\n')}\n`;
    const uploads = await Promise.all([fixture.upload(file), fixture.upload(back)]);
    for (const upload of uploads) await fixture.start(upload);
    await Promise.all(uploads.map((upload) => fixture.run(upload.id, { batchRows: 200 })));
    const ended = await Promise.all(uploads.map((upload) => fixture.read(upload.id)));
    expect(ended.map((row) => row.status)).toEqual(['completed', 'completed']);
    expect(ended.reduce((sum, row) => sum + row.created, 0)).toBe(3000);
    expect(await fixture.contacts()).toHaveLength(3000);
  });
});
