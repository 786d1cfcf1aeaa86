import type {
  Contact,
  OptOutFileResult,
  OptOutProof,
  OptOutSettingsShown,
  OptOutTestResult,
  Page,
} from '@zaphub/types';
import { Readable } from 'node:stream';
import { createContacts, createTenant, useTestDatabase } from '@zaphub/testing';
import { describe, expect, test } from 'vitest';
import { callRoute } from '../call-route.ts';
import { optOutRoutes } from '../opt-outs/index.ts';
import { optOutByFile } from './actions/opt-out-by-file.ts';
import { contactRoutes } from './routes.ts';

const database = useTestDatabase();

async function office() {
  const tenant = await createTenant(database.system);
  const scope = { ...tenant.scope, actor: { kind: 'user', userId: tenant.ownerId } } as const;
  const as = { db: database.api, scope };
  return {
    ...tenant,
    upload: (content: string | Buffer): Promise<OptOutFileResult> =>
      optOutByFile({ db: database.api }, scope, {
        source: Readable.from([Buffer.from(content)]),
        filename: 'sair.csv',
      }),
    proofs: (id: string, query: Record<string, string> = {}) =>
      callRoute<Page<OptOutProof>>(optOutRoutes, 'GET /contacts/:contact_id/proofs', as, {
        ids: { contact_id: id },
        query,
      }),
    contact: (line: string, id: string, body?: unknown) =>
      callRoute<Contact>(contactRoutes, line, as, { ids: { contact_id: id }, body }),
    settings: (body?: unknown) =>
      callRoute<OptOutSettingsShown>(
        optOutRoutes,
        body ? 'PUT /opt-outs/settings' : 'GET /opt-outs/settings',
        as,
        { body },
      ),
    try: (body: unknown) => callRoute<OptOutTestResult>(optOutRoutes, 'POST /opt-outs/test', as, { body }),
    state: () =>
      database.system.system((tx) =>
        tx.rows(
          `select phone, opted_out_at is not null as out, opt_out_source as source, reached_as from contacts
           where tenant_id = $1 order by phone`,
          [tenant.tenantId],
        ),
      ),
    run: (text: string) => database.system.system((tx) => tx.run(text, [tenant.tenantId])),
  };
}

describe('a file of numbers', () => {
  test('opts out those who are there, and those who may come by an import later', async () => {
    const s = await office();
    await createContacts(database.system, s.tenantId, { count: 2 });
    await s.run(
      `update contacts set phone = '+5511987650001', reached_as = '+551187650001' where tenant_id = $1 and name = 'Contact 1'`,
    );
    const result = await s.upload(
      'nome;telefone\nAna;(11) 8765-0001\nAna de novo;"11 98765-0001"\nBia;5521988887777\nX;123\n\n;;\n=cmd|x;5.5E+12\n',
    );
    expect(result).toEqual({
      rows: 6,
      numbers: 2,
      opted_out: 2,
      errors: [
        { row: 5, code: 'phone_invalid', value: 'X;123' },
        { row: 7, code: 'phone_missing', value: ';;' },
        { row: 8, code: 'phone_scientific', value: '=cmd|x;5.5E+12' },
      ],
      more_errors: 0,
    });
    expect(await s.state()).toEqual([
      { phone: '+5511900000001', out: false, source: null, reached_as: null },
      { phone: '+5511987650001', out: true, source: 'csv', reached_as: '+551187650001' },
      { phone: '+5521988887777', out: true, source: 'csv', reached_as: null },
    ]);
    expect((await s.upload('11987650001\n')).opted_out).toBe(0);
  });

  test('is read in every encoding and in pieces, and no line is too long', async () => {
    const s = await office();
    const wide = Buffer.from('\uFEFFtelefone\r\n+5511987650001\r\n', 'utf16le');
    expect((await s.upload(wide)).numbers).toBe(1);
    expect((await s.upload(`\uFEFF+5511987650002\r+5511987650003\n${'x'.repeat(50_000)}`)).numbers).toBe(2);
    const rows = Array.from({ length: 1201 }, (_, n) => `+55119${80_000_000 + n}`).join('\n');
    expect(await s.upload(rows)).toMatchObject({ rows: 1201, numbers: 1201, opted_out: 1201 });
    const wrong = await s.upload('1\n'.repeat(1500));
    expect([wrong.errors.length, wrong.more_errors]).toEqual([1000, 500]);
  });
});

describe('the proofs of a contact', () => {
  test('say who said what, newest first, with the contact’s parts', async () => {
    const s = await office();
    const [id = '', part = ''] = await createContacts(database.system, s.tenantId, { count: 2 });
    await s.contact('POST /contacts/:contact_id/opt-out', part, {
      source: 'telefone',
      evidence: 'ligou às 9h',
    });
    await s.run(`update contacts set merged_into = '${id}' where tenant_id = $1 and id = '${part}'`);
    await s.contact('POST /contacts/:contact_id/opt-in', id, {
      source: 'loja',
      evidence: 'assinou no balcão',
    });
    const by = { email: s.ownerEmail };
    const first = await s.proofs(id, { limit: '1' });
    expect(first.data).toMatchObject([
      { action: 'opt_in', source: 'loja', evidence: 'assinou no balcão', by },
    ]);
    expect((await s.proofs(id, { cursor: String(first.next_cursor) })).data).toMatchObject([
      { action: 'opt_out', source: 'telefone', evidence: 'ligou às 9h', by },
    ]);
    await expect(s.proofs(crypto.randomUUID())).rejects.toMatchObject({ code: 'not_found' });
    expect(await s.contact('GET /contacts/:contact_id', part)).toMatchObject({
      name: 'Contact 1',
      opt_out_source: null,
    });
  });
});

describe('the settings', () => {
  const none = { stop_words: [], start_words: [], stop_reply: null, start_reply: null };

  test('are empty at first, and kept as they are set', async () => {
    const s = await office();
    const { built_in: known, ...first } = await s.settings();
    expect(first).toEqual(none);
    expect(known.stop_words).toMatchObject({
      pt: expect.arrayContaining(['sair']),
      en: expect.arrayContaining(['stop']),
      es: expect.arrayContaining(['baja']),
    });
    const own = { ...none, stop_words: ['Chega!'], stop_reply: 'Pronto.' };
    expect(await s.settings(own)).toMatchObject(own);
    expect(await s.settings()).toMatchObject(own);
    expect(await s.settings(none)).toMatchObject(none);
  });

  test('can be tried out before they are kept', async () => {
    const s = await office();
    const nothing = { wish: null, match: null, word: null };
    expect(await s.try({ text: 'chega!' })).toEqual(nothing);
    const tried = await s.try({ text: 'chega!', stop_words: ['Chega'] });
    expect(tried).toEqual({ wish: 'stop', match: 'own', word: 'chega' });
    await s.settings({ ...none, stop_words: ['Chega'] });
    expect(await s.try({ text: 'Chega.' })).toEqual(tried);
    expect(await s.try({ text: 'chega de frete, por hoje' })).toEqual(nothing);
  });

  test.each([['???'], ['🛑'], ['x'.repeat(61)], ['']])('refuse %j as a keyword', async (word) => {
    const s = await office();
    await expect(s.settings({ ...none, stop_words: [word] })).rejects.toMatchObject({ code: 'invalid_body' });
  });
});
