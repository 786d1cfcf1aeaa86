import { useTestDatabase } from '@zaphub/testing';
import { describe, expect, test } from 'vitest';
import { type InboundFixture, inboundFixture } from './inbound-fixture.ts';
import { storeInbound } from './store-inbound.ts';

const database = useTestDatabase();
const phone = '+5511900000000';

const threads = (s: InboundFixture) =>
  s.rows<Record<string, unknown>>(
    `select contact_id, unread, last_direction, last_kind, last_text from conversations where tenant_id = $1 order by id`,
  );
const messages = (s: InboundFixture) =>
  s.rows<Record<string, unknown>>(
    `select key, kind, content, campaign_id, message_id, is_inferred, answers from conversation_messages
     where tenant_id = $1 order by received_at, id`,
  );
const replyCounts = (s: InboundFixture) =>
  s.rows<Record<string, unknown>>(
    'select replied, messages, opted_out from campaign_reply_counts where tenant_id = $1',
  );
const minutesAgo = (minutes: number): Date => new Date(Date.now() - minutes * 60_000);

describe('an inbound message', () => {
  test('is stored in the thread of its contact, and counts once however often it comes', async () => {
    const s = await inboundFixture(database);
    const one = s.message(phone, 'Oi, tudo bem?');
    const [first] = await s.store(one, one);
    expect(first).toMatchObject({ outcome: 'stored', contactId: s.contactIds[0] });
    expect(await s.store(one)).toEqual([{ outcome: 'known' }]);
    expect(await threads(s)).toEqual([
      {
        contact_id: s.contactIds[0],
        unread: 1,
        last_direction: 'in',
        last_kind: 'text',
        last_text: 'Oi, tudo bem?',
      },
    ]);
    expect(await messages(s)).toHaveLength(1);
  });

  test('is noted once for whoever has asked to be told, and for nobody else', async () => {
    const s = await inboundFixture(database);
    const noted = () =>
      s.rows<{ type: string; subject_ids: string[] }>(
        'select type, subject_ids from webhook_facts where tenant_id = $1 order by id',
      );
    await s.store(s.message(phone, 'before'));
    expect(await noted()).toEqual([]);
    await s.run(
      `insert into webhook_endpoints (tenant_id, url, types) values ($1, 'https://example.com', '{message.received}')`,
      [s.tenantId],
    );
    const one = s.message(phone, 'one');
    const results = await s.store(one, s.message(phone, 'two'), one);
    const ids = results.flatMap((each) => (each.outcome === 'stored' ? [each.messageId] : []));
    expect(ids).toHaveLength(2);
    await s.store(one);
    const [fact, ...others] = await noted();
    expect(others).toEqual([]);
    expect(fact?.type).toBe('message.received');
    expect(new Set(fact?.subject_ids)).toEqual(new Set(ids));
    expect(fact?.subject_ids).toHaveLength(2);
  });

  test('is stored once by ten at a time', async () => {
    const s = await inboundFixture(database);
    const batch = Array.from({ length: 20 }, (_, n) => s.message(`+55219${80_000_000 + (n % 7)}`, `n${n}`));
    const results = await Promise.all(
      Array.from({ length: 10 }, (_, n) => s.store(...(n % 2 === 0 ? batch : batch.toReversed()))),
    );
    expect(results.flat().filter((each) => each.outcome === 'stored')).toHaveLength(20);
    expect(await messages(s)).toHaveLength(20);
    expect((await threads(s)).map((thread) => thread['unread'])).toEqual([3, 3, 3, 3, 3, 3, 2]);
  });

  test('that comes late does not take the place of a newer one', async () => {
    const s = await inboundFixture(database);
    await s.store(s.message(phone, 'second', { at: minutesAgo(5) }));
    await s.store(s.message(phone, 'first', { at: minutesAgo(9) }));
    expect(await threads(s)).toMatchObject([{ unread: 2, last_text: 'second' }]);
    await s.store(s.message(phone, 'from the future', { at: new Date(Date.now() + 9e9) }));
    await s.store(s.message(phone, 'now'));
    expect(await threads(s)).toMatchObject([{ unread: 4, last_text: 'now' }]);
  });

  test('of a stranger makes one contact, with the name that the network gives', async () => {
    const s = await inboundFixture(database, { recipients: 0 });
    await s.store(
      s.message({ phone: '+558587654321', name: 'Ana' }, 'a'),
      s.message('+5585987654321', 'b'),
      s.message({ userId: 'BR.1', username: '@Ana.Lima' }, 'c'),
      s.message({ userId: 'BR.1', phone: '+5585987654321' }, 'd'),
    );
    expect(
      await s.rows(
        'select phone, name, reached_as, merged_into is null as shown from contacts where tenant_id = $1 order by id',
      ),
    ).toEqual([
      { phone: '+5585987654321', name: 'Ana', reached_as: null, shown: true },
      { phone: null, name: null, reached_as: null, shown: false },
    ]);
    expect(await threads(s)).toMatchObject([{ unread: 4 }]);
  });

  test.each([
    [
      'media',
      { kind: 'media', media: 'image', mediaId: 'f1', mimeType: 'image/png', caption: 'foto' },
      'foto',
    ],
    ['reaction', { kind: 'reaction', to: 'wamid-1', emoji: '👍' }, '👍'],
    ['location', { kind: 'location', latitude: -23.5, longitude: -46.6, name: 'Sé' }, 'Sé'],
    ['other', { kind: 'other', type: 'poll', raw: { q: 'a\u0000\ud800' } }, null],
    ['choice', { kind: 'choice', of: 'list', id: 'r1', title: 'Amanhã' }, 'Amanhã'],
  ] as const)('of kind %s is kept', async (kind, content, preview) => {
    const s = await inboundFixture(database);
    await s.store(s.message(phone, content));
    expect(await messages(s)).toMatchObject([{ kind }]);
    expect(await threads(s)).toMatchObject([{ unread: kind === 'reaction' ? 0 : 1, last_text: preview }]);
  });

  test('that is hostile is stored all the same', async () => {
    const s = await inboundFixture(database);
    const results = await s.store(
      s.message({ phone, name: '\u0000\ud800' }, 'a\u0000b\ud800', {
        key: 'k\u0000',
        providerMessageId: 'p\u0000',
      }),
      s.message(phone, 'x'.repeat(100_000), { at: new Date(Number.NaN), answers: '\ud800' }),
      s.message({ phone: 'not a number' }, 'nobody'),
      s.message({ userId: '\u0007' }, 'nobody either'),
      s.message(phone, 'group', { groupId: 'g@g.us' }),
      s.message(phone, 'strange', { connectionId: crypto.randomUUID() }),
      s.message(phone, 'strange', { connectionId: 'x' }),
      s.message(phone, { kind: 'other', type: 't', raw: 'x'.repeat(70_000) }),
    );
    expect(results.map((each) => (each.outcome === 'ignored' ? each.cause : each.outcome))).toEqual([
      'stored',
      'stored',
      'nobody',
      'nobody',
      'group',
      'connection',
      'connection',
      'stored',
    ]);
    expect((await messages(s)).at(-1)).toMatchObject({ content: { kind: 'other', raw: null, is_cut: true } });
  });

  test('tells everybody who watches how the thread stands', async () => {
    const s = await inboundFixture(database);
    await s.store(s.message(phone, 'one'), s.message(phone, 'two'));
    const events = await s.rows<{ payload: unknown }>(
      `select payload from events where tenant_id = $1 and type = 'conversation.changed'`,
    );
    expect(events).toMatchObject([{ payload: { unread: 2, contact: { phone } } }]);
  });

  test('is stored for the engine’s own role as well, and stays inside the tenant', async () => {
    const [s, other] = [await inboundFixture(database), await inboundFixture(database)];
    const [stored] = await database.system.system((tx) => storeInbound(tx, s.scope, [s.message(phone, 'a')]));
    expect(stored).toMatchObject({ outcome: 'stored', contactId: s.contactIds[0] });
    expect(await s.store(s.message(phone, 'b', { connectionId: other.connectionId }))).toEqual([
      { outcome: 'ignored', cause: 'connection' },
    ]);
    expect(await messages(other)).toEqual([]);
  });
});

describe('what a message answers', () => {
  test('is the message that the network names, over this connection', async () => {
    const s = await inboundFixture(database, { recipients: 2 });
    await s.sendAll();
    const [named, byOurs, strange] = await s.store(
      s.message(phone, 'a', { answers: 'wamid-1' }),
      s.message('+5511900000001', 'b', { answers: (await idOf(s, 2)) ?? '' }),
      s.message(phone, 'c', { answers: 'wamid-of-something-else' }),
    );
    expect(named).toMatchObject({ campaignId: s.campaignId });
    expect(byOurs).toMatchObject({ campaignId: s.campaignId });
    expect(strange).not.toHaveProperty('campaignId');
    expect(await messages(s)).toMatchObject([
      { message_id: await idOf(s, 1), is_inferred: false },
      { is_inferred: false },
      { message_id: null },
    ]);
    expect(await replyCounts(s)).toEqual([{ replied: 2, messages: 2, opted_out: 0 }]);
  });

  test('is the last campaign within three days, when the network does not say', async () => {
    const s = await inboundFixture(database);
    expect((await s.store(s.message(phone, 'before anything was sent')))[0]).not.toHaveProperty('campaignId');
    await s.sendAll();
    await s.run(`update messages set marked_at = now() - interval '71 hours' where campaign_id = $1`);
    expect((await s.store(s.message(phone, 'a')))[0]).toMatchObject({ campaignId: s.campaignId });
    expect(await messages(s)).toMatchObject([{}, { is_inferred: true }]);
    await s.run(`update messages set marked_at = now() - interval '73 hours' where campaign_id = $1`);
    expect((await s.store(s.message(phone, 'b')))[0]).not.toHaveProperty('campaignId');
    expect(await replyCounts(s)).toEqual([{ replied: 1, messages: 1, opted_out: 0 }]);
  });

  test('is counted once a person, and not for reactions', async () => {
    const s = await inboundFixture(database, { recipients: 2 });
    await s.sendAll();
    await s.store(s.message(phone, 'a'), s.message(phone, 'b'));
    await s.store(s.message(phone, 'c'), s.message('+5511900000001', { kind: 'reaction', to: 'wamid-2' }));
    expect(await replyCounts(s)).toEqual([{ replied: 1, messages: 3, opted_out: 0 }]);
    await s.store(s.message('+5511900000001', 'SAIR'), s.message(phone, 'sair'));
    await s.store(s.message(phone, 'parar'));
    expect(await replyCounts(s)).toEqual([{ replied: 2, messages: 6, opted_out: 2 }]);
  });

  const idOf = async (s: InboundFixture, position: number) =>
    (
      await s.rows<{ id: string }>('select id from messages where campaign_id = $1 and position = $2', [
        s.campaignId,
        position,
      ])
    )[0]?.id;
});

describe('asking to get no more', () => {
  const state = async (s: InboundFixture) =>
    (
      await s.rows<{ out: boolean; source: string | null }>(
        'select opted_out_at is not null as out, opt_out_source as source from contacts where tenant_id = $1',
      )
    )[0];

  test('by a keyword counts at once, for messages that are queued too, with the proof', async () => {
    const s = await inboundFixture(database, { recipients: 1 });
    expect(await s.store(s.message(phone, 'Quero sair com você'))).not.toMatchObject([{ wish: 'opt_out' }]);
    expect(await s.store(s.message(phone, ' Sair!! 🙏'))).toMatchObject([{ wish: 'opt_out' }]);
    expect(await state(s)).toEqual({ out: true, source: 'keyword' });
    expect(await s.rows('select action, source, evidence from opt_out_proofs where tenant_id = $1')).toEqual([
      { action: 'opt_out', source: 'keyword', evidence: ' Sair!! 🙏' },
    ]);
    expect((await s.claim())?.messages).toEqual([]);
    expect(await s.states()).toEqual({ skipped: 1 });
  });

  test('ends the same way in whatever order it arrives', async () => {
    const s = await inboundFixture(database);
    await s.store(
      s.message(phone, 'voltar', { at: minutesAgo(1) }),
      s.message(phone, 'SAIR', { at: minutesAgo(2) }),
    );
    expect(await state(s)).toMatchObject({ out: false });
    await s.store(s.preference(phone, 'stop'), s.preference(phone, 'resume', { at: minutesAgo(3) }));
    expect(await state(s)).toEqual({ out: true, source: 'preference' });
  });

  test('by a preference is recorded once, also for somebody who is not known yet', async () => {
    const s = await inboundFixture(database, { recipients: 0 });
    const stop = s.preference({ userId: 'BR.77', phone: '+5511999990000' }, 'stop');
    expect(await s.store(stop)).toMatchObject([{ outcome: 'stored', wish: 'opt_out' }]);
    expect(await s.store(stop)).toEqual([{ outcome: 'known' }]);
    expect(await state(s)).toMatchObject({ out: true });
    await s.store(s.preference('+5511999990000', 'resume'));
    expect(await s.store(stop)).toEqual([{ outcome: 'known' }]);
    expect(await state(s)).toMatchObject({ out: false });
  });

  test('with the tenant’s own words, and is confirmed once in the tenant’s words', async () => {
    const s = await inboundFixture(database);
    await s.run(
      `insert into opt_out_settings (tenant_id, stop_words, stop_reply, start_reply)
       values ($1, array['Chega!'], 'Pronto, você saiu.', 'Bem-vindo de volta.')`,
      [s.tenantId],
    );
    await s.store(s.message(phone, 'chega'), s.message(phone, 'sair'));
    expect(await threads(s)).toMatchObject([
      { unread: 2, last_direction: 'out', last_text: 'Pronto, você saiu.' },
    ]);
    await s.store(s.message(phone, 'SAIR'));
    const replies = () =>
      s.rows<{ text: string }>(
        `select t.content ->> 'text' as text, m.ignores_opt_out as through, m.recipient from message_contents t
         join messages m on m.id = t.message_id where t.tenant_id = $1 order by t.created_at`,
      );
    expect(await replies()).toEqual([{ text: 'Pronto, você saiu.', through: true, recipient: phone }]);
    await s.store(s.message(phone, 'voltar'));
    expect(await replies()).toMatchObject([{}, { text: 'Bem-vindo de volta.' }]);
  });
});
