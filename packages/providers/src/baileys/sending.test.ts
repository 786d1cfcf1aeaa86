import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { exampleRequest, soon } from '../provider-conformance.ts';
import type { Receipt } from '../provider.ts';
import { type LinkedSession, openLinkedSession } from './testing/linked-session.ts';

let linked: LinkedSession;

beforeAll(async () => {
  linked = await openLinkedSession({ deliversReceipts: false });
  linked.whatsApp.addPerson('+5511912345678', 'Ana');
});

afterAll(async () => {
  await linked.close();
});

afterEach(() => {
  expect(linked.whatsApp.errors).toEqual([]);
});

describe('sending', () => {
  it('is encrypted for the person and for the own phone, and sent when the server has it', async () => {
    const { whatsApp, provider } = linked;
    const request = exampleRequest({ text: 'Olá, Ana' });
    expect(await provider.send(request, soon())).toEqual({
      kind: 'sent',
      providerMessageId: request.messageId.replaceAll('-', '').toUpperCase(),
      reachedAs: '+5511912345678',
    });
    expect(whatsApp.delivered.at(-1)).toMatchObject({
      phone: '+5511912345678',
      message: { extendedTextMessage: { text: 'Olá, Ana' } },
    });
  });

  it('answers a message of the person', async () => {
    const { whatsApp, provider } = linked;
    await provider.send(exampleRequest({ replyTo: '3A0000000000000000' }), soon());
    expect(whatsApp.delivered.at(-1)?.message.extendedTextMessage?.contextInfo).toMatchObject({
      stanzaId: '3A0000000000000000',
      participant: '5511912345678@s.whatsapp.net',
    });
  });

  it('has the same id at WhatsApp when it is repeated', async () => {
    const { whatsApp, provider } = linked;
    const request = exampleRequest();
    await provider.send(request, soon());
    await provider.send({ ...request, attempt: 2 }, soon());
    const ids = whatsApp.delivered.slice(-2).map(({ id }) => id);
    expect(ids[0]).toBe(ids[1]);
  });

  it('asks who has a number, so nothing is written to one without WhatsApp', async () => {
    const { whatsApp, provider } = linked;
    const before = whatsApp.delivered.length;
    const outcome = await provider.send(exampleRequest({ to: '+5511900009999' }), soon());
    expect(outcome).toEqual({ kind: 'refused', code: 'recipient_unavailable' });
    expect(whatsApp.delivered).toHaveLength(before);
  });

  it('tells under which number a person is known, when it is another', async () => {
    const { whatsApp, provider } = linked;
    whatsApp.addPerson('+553188887777', 'Bia', ['+5531988887777']);
    expect(await provider.send(exampleRequest({ to: '+5531988887777' }), soon())).toMatchObject({
      kind: 'sent',
      reachedAs: '+553188887777',
    });
  });

  it('reaches a person whose number is hidden', async () => {
    const { whatsApp, provider } = linked;
    const person = whatsApp.addPerson('+5511955554444', 'Caio');
    expect(await provider.send(exampleRequest({ to: person.lid }), soon())).toMatchObject({ kind: 'sent' });
    expect(whatsApp.delivered.at(-1)).toMatchObject({ to: person.lid, phone: person.phone });
  });

  it('sends several at once', async () => {
    const { whatsApp, provider } = linked;
    const before = whatsApp.delivered.length;
    const phones = ['+5511930000001', '+5511930000002', '+5511930000003'];
    for (const phone of phones) whatsApp.addPerson(phone, phone);
    const sent = await Promise.all(
      [...phones, ...phones].map((to) => provider.send(exampleRequest({ to }), soon())),
    );
    expect(sent.map(({ kind }) => kind)).toEqual(sent.map(() => 'sent'));
    expect(whatsApp.delivered).toHaveLength(before + 6);
  });

  it.each([
    [463, { kind: 'refused', code: 'new_people_limited', effect: 'slow_down', error: { code: 463 } }],
    [479, { kind: 'not_sent', code: 'devices_changed', retryAfterMs: 5_000, error: { code: 479 } }],
    [403, { kind: 'refused', code: 'not_allowed', effect: 'slow_down', error: { code: 403 } }],
    [500, { kind: 'unknown', code: 'server_error', error: { code: 500 } }],
    [487, { kind: 'refused', code: 'rejected', error: { code: 487 } }],
  ] as const)('says what it means that the server did not take it: %i', async (error, outcome) => {
    const { whatsApp, provider } = linked;
    whatsApp.spoil({ kind: 'nack', error });
    expect(await provider.send(exampleRequest(), soon())).toEqual(outcome);
  });

  it('is unknown when it is given up while the server has it', async () => {
    const { whatsApp, provider } = linked;
    const giveUp = new AbortController();
    whatsApp.spoil({ kind: 'no_ack' });
    const before = whatsApp.delivered.length;
    const sending = provider.send(exampleRequest(), { ...soon(), signal: giveUp.signal });
    await expect.poll(() => whatsApp.delivered.length, { interval: 2 }).toBe(before + 1);
    giveUp.abort();
    expect(await sending).toEqual({ kind: 'unknown', code: 'timeout' });
  });
});

describe('sending to a server that says nothing', () => {
  it('is unknown, until a late word settles it by a receipt', async () => {
    const silent = await openLinkedSession({ acknowledgedMs: 50, deliversReceipts: false });
    const { whatsApp, provider } = silent;
    try {
      whatsApp.addPerson('+5511912345678', 'Ana');
      const seen: Receipt[] = [];
      provider.onReceipt((receipts) => Promise.resolve(void seen.push(...receipts)));
      whatsApp.spoil({ kind: 'no_ack' }, { kind: 'no_ack' });
      const [taken, refused] = [exampleRequest(), exampleRequest()];
      for (const request of [taken, refused]) {
        expect(await provider.send(request, soon())).toEqual({ kind: 'unknown', code: 'timeout' });
      }
      const [first, second] = whatsApp.delivered.map(({ id, to }) => ({ class: 'message', id, from: to }));
      if (first && second) {
        whatsApp.send({ tag: 'ack', attrs: { ...first, t: '1790000000' } });
        whatsApp.send({ tag: 'ack', attrs: { ...second, error: '463' } });
      }
      await expect.poll(() => seen, { interval: 2 }).toHaveLength(2);
      expect(seen).toEqual([
        expect.objectContaining({
          messageId: taken.messageId,
          kind: 'sent',
          at: new Date(1_790_000_000_000),
        }),
        expect.objectContaining({ messageId: refused.messageId, kind: 'failed', code: 'new_people_limited' }),
      ]);
      expect(whatsApp.errors).toEqual([]);
    } finally {
      await silent.close();
    }
  });
});
