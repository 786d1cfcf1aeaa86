import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { exampleRequest, soon } from '../provider-conformance.ts';
import type { Receipt } from '../provider.ts';
import type { DeliveredMessage } from './testing/incoming-message.ts';
import { type LinkedSession, openLinkedSession } from './testing/linked-session.ts';
import { receiptsOf } from './watch-receipts.ts';

let linked: LinkedSession;
let stop: () => Promise<void> = () => Promise.resolve();

beforeAll(async () => {
  linked = await openLinkedSession({ deliversReceipts: false });
  linked.whatsApp.addPerson('+5511912345678', 'Ana');
});

afterAll(() => linked.close());

afterEach(async () => {
  await stop();
  expect(linked.whatsApp.errors).toEqual([]);
});

async function sendOne(): Promise<DeliveredMessage & { readonly messageId: string }> {
  const request = exampleRequest();
  expect((await linked.provider.send(request, soon())).kind).toBe('sent');
  const message = linked.whatsApp.delivered.at(-1);
  if (message === undefined) throw new Error('nothing was delivered');
  return { ...message, messageId: request.messageId };
}

describe('receipts', () => {
  it('tell that a message was delivered, read, and heard', async () => {
    const { whatsApp, provider } = linked;
    const seen: Receipt[] = [];
    stop = provider.onReceipt((receipts) => Promise.resolve(void seen.push(...receipts)));
    const message = await sendOne();
    const keys = [
      whatsApp.receipt(message),
      whatsApp.receipt(message, 'read'),
      whatsApp.receipt(message, 'played'),
    ];
    await expect.poll(() => seen.length, { interval: 2 }).toBe(3);
    expect(seen.map(({ kind, messageId }) => [kind, messageId])).toEqual([
      ['delivered', message.messageId],
      ['read', message.messageId],
      ['read', message.messageId],
    ]);
    await expect.poll(() => keys.every((key) => whatsApp.confirmed.has(key)), { interval: 2 }).toBe(true);
  });

  it('are acknowledged to WhatsApp only when they were taken over', async () => {
    const { whatsApp, provider } = linked;
    const message = await sendOne();
    const taking = Promise.withResolvers<void>();
    let asked = 0;
    stop = provider.onReceipt(async () => {
      if (++asked === 1) throw new Error('the database is away');
      await taking.promise;
    });
    const key = whatsApp.receipt(message);
    await expect.poll(() => asked, { interval: 10 }).toBe(2);
    expect(whatsApp.confirmed.has(key)).toBe(false);
    taking.resolve();
    await expect.poll(() => whatsApp.confirmed.has(key), { interval: 2 }).toBe(true);
  });

  it('send a message again to a device that could not read it', async () => {
    const { whatsApp } = linked;
    const message = await sendOne();
    const before = whatsApp.delivered.length;
    const count = { tag: 'retry', attrs: { count: '1', id: message.id, t: '1790000000', v: '1' } };
    whatsApp.receipt(message, 'retry', [count]);
    await expect.poll(() => whatsApp.delivered.length, { interval: 5 }).toBe(before + 1);
    expect(whatsApp.delivered.at(-1)).toMatchObject({ id: message.id, message: message.message });
  });

  it('send a message again that an earlier process had sent', async () => {
    const { whatsApp, provider, session, store, log } = linked;
    const message = await sendOne();
    await session.close();
    const { onEvent } = log;
    linked = {
      ...linked,
      session: await provider.openSession({ connectionId: 'connection', settings: {}, store, onEvent }),
    };
    await log.next('connected');
    const before = whatsApp.delivered.length;
    const count = { tag: 'retry', attrs: { count: '1', id: message.id, t: '1790000000', v: '1' } };
    whatsApp.receipt(message, 'retry', [count]);
    await expect.poll(() => whatsApp.delivered.length, { interval: 5 }).toBe(before + 1);
    expect(whatsApp.delivered.at(-1)).toMatchObject({ id: message.id, phone: message.phone });
  });

  it('of groups, of other devices and of messages that are not ours say nothing', () => {
    const attrs = {
      id: '0123456789AB4DEF8123456789ABCDEF',
      from: '5511912345678@s.whatsapp.net',
      t: '1790000000',
    };
    const kinds = (change: Record<string, string>): string[] =>
      receiptsOf({ tag: 'receipt', attrs: { ...attrs, ...change } }).map(({ kind }) => kind);
    expect(kinds({})).toEqual(['delivered']);
    expect(kinds({ from: '120363000000000000@g.us', participant: attrs.from })).toEqual([]);
    expect(kinds({ recipient: attrs.from })).toEqual([]);
    expect(kinds({ type: 'sender' })).toEqual([]);
    expect(kinds({ type: 'retry' })).toEqual([]);
    expect(kinds({ id: '3EB0000000000000000000' })).toEqual([]);
  });

  it('may tell of many messages at once', () => {
    const item = (id: string): { tag: string; attrs: Record<string, string> } => ({
      tag: 'item',
      attrs: { id },
    });
    const ids = ['0', '1', '2'].map((last) => `0123456789AB4DEF8123456789ABCDE${last}`);
    const list = { tag: 'list', attrs: {}, content: ids.slice(1).map(item) };
    const attrs = { id: ids[0] ?? '', from: '100011912345678@lid', type: 'read', t: '1790000000' };
    expect(receiptsOf({ tag: 'receipt', attrs, content: [list] }).map((r) => r.providerMessageId)).toEqual(
      ids,
    );
  });
});
