import type { Conversation, ConversationMessage, Page } from '@zaphub/types';
import { useTestDatabase } from '@zaphub/testing';
import { fromPublicId, toPublicId } from '@zaphub/types';
import { describe, expect, test } from 'vitest';
import { callRoute } from '../call-route.ts';
import type { RouteCall } from '../call-route.ts';
import { inboundFixture } from './inbound-fixture.ts';
import { conversationRoutes } from './routes.ts';

const database = useTestDatabase();
const phoneOf = (n: number): string => `+55119${String(n).padStart(8, '0')}`;

async function inbox(recipients = 1) {
  const s = await inboundFixture(database, { recipients });
  const as = { db: database.api, scope: s.scope };
  const call = <T>(line: string, call?: RouteCall) => callRoute<T>(conversationRoutes, line, as, call);
  return {
    ...s,
    list: (query: Record<string, string> = {}) => call<Page<Conversation>>('GET /conversations', { query }),
    ofContact: (id: string) =>
      call<{ data: Conversation[] }>('GET /contacts/:contact_id/conversations', { ids: { contact_id: id } }),
    messages: (id: string, query: Record<string, string> = {}) =>
      call<Page<ConversationMessage>>('GET /conversations/:conversation_id/messages', {
        ids: { conversation_id: id },
        query,
      }),
    read: (id: string) =>
      call<Conversation>('POST /conversations/:conversation_id/read', { ids: { conversation_id: id } }),
    reply: (id: string, body: unknown, idempotencyKey?: string) =>
      call<ConversationMessage>('POST /conversations/:conversation_id/reply', {
        ids: { conversation_id: id },
        body,
        ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
      }),
    first: async () => {
      const [row] = (await call<Page<Conversation>>('GET /conversations')).data;
      return fromPublicId('conversation', row?.id ?? '') ?? '';
    },
  };
}

const text = (words: string) => ({ content: { kind: 'text', text: words } });

describe('the list of conversations', () => {
  test('has the newest message first, page by page, and can be narrowed', async () => {
    const s = await inbox(5);
    for (let n = 0; n < 5; n++) await s.store(s.message(phoneOf(n), `oi ${n}`));
    await s.store(s.message(phoneOf(1), 'de novo'));
    const seen: (string | null)[] = [];
    let cursor: string | null = null;
    do {
      const page: Page<Conversation> = await s.list({ limit: '2', ...(cursor === null ? {} : { cursor }) });
      seen.push(...page.data.map((each) => each.last_message.text));
      cursor = page.next_cursor;
    } while (cursor !== null);
    expect(seen).toEqual(['de novo', 'oi 4', 'oi 3', 'oi 2', 'oi 0']);
    expect(await s.read(await s.first())).toMatchObject({ unread: 0, contact: { phone: phoneOf(1) } });
    expect((await s.list({ unread: 'true' })).data).toHaveLength(4);
    expect(await s.ofContact(s.contactIds[1] ?? '')).toMatchObject({ data: [{ unread: 0 }] });
    await expect(s.ofContact(crypto.randomUUID())).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('a conversation', () => {
  test('shows what was written, newest first, and what our answers came to', async () => {
    const s = await inbox();
    await s.sendAll();
    await s.store(
      s.message(phoneOf(0), 'um', { at: new Date(Date.now() - 2000) }),
      s.message(phoneOf(0), 'dois'),
    );
    const id = await s.first();
    const [second] = (await s.messages(id)).data;
    const sent = await s.reply(id, { ...text('Olá!'), answers: second?.id });
    expect(sent).toMatchObject({ direction: 'out', state: 'pending', content: { text: 'Olá!' } });
    const { data } = await s.messages(id);
    expect(data.map((each) => [each.direction, each.content['text']])).toEqual([
      ['out', 'Olá!'],
      ['in', 'dois'],
      ['in', 'um'],
    ]);
    expect(data[1]).toMatchObject({
      campaign_id: toPublicId('campaign', s.campaignId),
      is_inferred: true,
      state: null,
    });
    const page = await s.messages(id, { limit: '2' });
    expect((await s.messages(id, { limit: '2', cursor: String(page.next_cursor) })).data).toHaveLength(1);
    expect(await s.rows('select recipient, direct from messages where tenant_id = $1 and direct')).toEqual([
      { recipient: phoneOf(0), direct: true },
    ]);
    expect(
      await s.rows('select reply_to is not null as quotes from message_contents where tenant_id = $1'),
    ).toEqual([{ quotes: true }]);
    expect((await s.list()).data).toMatchObject([
      { unread: 2, last_message: { direction: 'out', text: 'Olá!' } },
    ]);
  });

  test('with somebody who has no number is answered at the id that the network gave', async () => {
    const s = await inbox(0);
    await s.store(s.message({ userId: 'BR.42', name: 'Bia' }, 'oi'));
    await s.reply(await s.first(), text('olá'));
    expect(await s.rows('select recipient from messages where tenant_id = $1')).toEqual([
      { recipient: 'BR.42' },
    ]);
  });

  test('with somebody who has opted out is not answered', async () => {
    const s = await inbox();
    await s.store(s.message(phoneOf(0), 'SAIR'));
    await expect(s.reply(await s.first(), text('mas…'))).rejects.toMatchObject({ code: 'contact_opted_out' });
    expect(await s.rows('select from messages where tenant_id = $1 and direct')).toEqual([]);
  });

  test('with somebody who has opted out and written since is answered for a day', async () => {
    const s = await inbox();
    const [out, later] = [new Date(Date.now() - 60_000), new Date(Date.now() - 30_000)];
    await s.store(s.message(phoneOf(0), 'SAIR', { at: out }));
    const id = await s.first();
    expect((await s.list()).data).toMatchObject([{ answer_until: null }]);
    // A heart for what was confirmed asks for nothing.
    await s.store(s.message(phoneOf(0), { kind: 'reaction', emoji: '❤️', to: 'x' }, { at: later }));
    await expect(s.reply(id, text('mas…'))).rejects.toMatchObject({ code: 'contact_opted_out' });
    await s.store(s.message(phoneOf(0), 'E o meu pedido?', { at: later }));
    expect((await s.list()).data).toMatchObject([
      { answer_until: new Date(later.getTime() + 86_400_000).toISOString() },
    ]);
    await s.reply(id, text('Sai hoje.'));
    expect(
      await s.rows('select ignores_opt_out as through from messages where tenant_id = $1 and direct'),
    ).toEqual([{ through: true }]);
    // Whoever says it again has said it again.
    await s.store(s.message(phoneOf(0), 'SAIR'));
    await expect(s.reply(id, text('mas…'))).rejects.toMatchObject({ code: 'contact_opted_out' });
    const others = await s.rows('select from contacts where tenant_id = $1 and opted_out_at is not null');
    expect(others).toHaveLength(1);
  });

  test('with somebody who wrote since, but more than a day ago, is not answered', async () => {
    const s = await inbox();
    const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000);
    await s.store(s.message(phoneOf(0), 'SAIR', { at: hoursAgo(26) }));
    await s.store(s.message(phoneOf(0), 'E o meu pedido?', { at: hoursAgo(25) }));
    await expect(s.reply(await s.first(), text('oi'))).rejects.toMatchObject({ code: 'contact_opted_out' });
  });

  test('of another tenant is not found', async () => {
    const [s, other] = [await inbox(), await inbox()];
    await other.store(other.message(phoneOf(0), 'oi'));
    const id = await other.first();
    for (const ask of [() => s.messages(id), () => s.read(id), () => s.reply(id, text('oi'))]) {
      await expect(ask()).rejects.toMatchObject({ code: 'not_found' });
    }
    expect((await s.list()).data).toEqual([]);
  });
});
