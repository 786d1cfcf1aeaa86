import { proto } from 'baileys';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Inbound } from '../inbound.ts';
import { exampleRequest, soon } from '../provider-conformance.ts';
import { createBaileys } from './create-baileys.ts';
import { createEventLog } from './testing/event-log.ts';
import { createMemoryStore } from './testing/memory-store.ts';
import { type LinkedSession, openLinkedSession } from './testing/linked-session.ts';
import type { StandInPerson } from './testing/person.ts';

let linked: LinkedSession;
let ana: StandInPerson;
const seen: Inbound[] = [];

beforeAll(async () => {
  linked = await openLinkedSession({ deliversReceipts: false });
  ana = linked.whatsApp.addPerson('+5511912345678', 'Ana');
  linked.provider.onInbound?.((inbound) => Promise.resolve(void seen.push(...inbound)));
});

afterAll(() => linked.close());

afterEach(() => {
  seen.length = 0;
  expect(linked.whatsApp.errors).toEqual([]);
});

/** What is heard when Ana writes; after it comes a word of hers that ends the wait. */
async function heard(message: proto.IMessage): Promise<Inbound[]> {
  const { whatsApp, phone } = linked;
  await whatsApp.write(ana, phone, message);
  const last = await whatsApp.write(ana, phone, { conversation: 'that was it' });
  const isLast = (inbound: Inbound): boolean =>
    inbound.kind === 'message' && inbound.providerMessageId === last;
  await expect.poll(() => seen.some(isLast), { interval: 2, timeout: 5_000 }).toBe(true);
  return seen.filter((inbound) => !isLast(inbound));
}

const kinds = proto.Message.ProtocolMessage.Type;
const bytes = (fill: number): Uint8Array => new Uint8Array(32).fill(fill);
const file = {
  directPath: '/v/t62.7118-24/1',
  mediaKey: bytes(7),
  fileSha256: bytes(9),
  mimetype: 'image/jpeg',
};
const mediaId = `/v/t62.7118-24/1#${Buffer.from(bytes(7)).toString('base64')}`;

describe('what was read and not taken over', () => {
  it('comes in the next process, and once only when it was taken', async () => {
    const first = await openLinkedSession({ deliversReceipts: false });
    const bia = first.whatsApp.addPerson('+5511922223333', 'Bia');
    const next = createBaileys({ url: first.whatsApp.url });
    try {
      // Nobody listens to the first: it reads, confirms, and dies with the words in its hands.
      const id = await first.whatsApp.write(bia, first.phone, { conversation: 'Sair' });
      await expect.poll(() => first.whatsApp.confirmed.has(id), { interval: 2 }).toBe(true);
      const store = createMemoryStore(first.store.entries);
      await first.provider.close();
      const heardNext: Inbound[] = [];
      next.onInbound?.((inbound) => Promise.resolve(void heardNext.push(...inbound)));
      const log = createEventLog();
      const { onEvent } = log;
      await next.openSession({ connectionId: 'connection', settings: {}, store, onEvent });
      await expect.poll(() => heardNext, { interval: 2 }).toHaveLength(1);
      expect(heardNext[0]).toMatchObject({
        key: `message:${bia.lid}:${id}`,
        from: { phone: '+5511922223333', userId: bia.lid, name: 'Bia' },
        content: { kind: 'text', text: 'Sair' },
      });
      const kept = (): string[] => [...store.entries.keys()].filter((key) => key.startsWith('inbox/'));
      await expect.poll(kept, { interval: 2 }).toEqual(['inbox/index']);
      expect(first.whatsApp.errors).toEqual([]);
    } finally {
      await next.close();
      await first.close();
    }
  });
});

describe('what people write', () => {
  it('comes with who wrote it, when, and its name at WhatsApp', async () => {
    const { whatsApp, phone } = linked;
    const id = await whatsApp.write(ana, phone, { conversation: 'Quero saber mais' });
    await expect.poll(() => seen, { interval: 2 }).toHaveLength(1);
    expect(seen[0]).toEqual({
      kind: 'message',
      key: `message:${ana.lid}:${id}`,
      connectionId: 'connection',
      at: expect.any(Date),
      providerMessageId: id,
      from: { phone: '+5511912345678', userId: ana.lid, name: 'Ana' },
      content: { kind: 'text', text: 'Quero saber mais' },
    });
    await expect.poll(() => whatsApp.confirmed.has(id), { interval: 2 }).toBe(true);
  });

  it('names the person by both names when a message tells one alone', async () => {
    const { whatsApp, phone } = linked;
    await whatsApp.write(ana, phone, { conversation: 'first' });
    await whatsApp.write(ana, phone, { conversation: 'second' }, { sender_pn: '' });
    await expect.poll(() => seen, { interval: 2 }).toHaveLength(2);
    expect(seen[1]).toMatchObject({ from: { phone: '+5511912345678', userId: ana.lid } });
  });

  it('says which message of ours it answers', async () => {
    const { whatsApp, provider } = linked;
    await provider.send(exampleRequest(), soon());
    const stanzaId = whatsApp.delivered.at(-1)?.id ?? '';
    const [answer] = await heard({ extendedTextMessage: { text: 'Sim', contextInfo: { stanzaId } } });
    expect(answer).toMatchObject({ answers: stanzaId, content: { kind: 'text', text: 'Sim' } });
  });

  it.each<[string, proto.IMessage, object]>([
    [
      'a picture',
      { imageMessage: { ...file, caption: 'Olha' } },
      { kind: 'media', media: 'image', mediaId, mimeType: 'image/jpeg', caption: 'Olha' },
    ],
    [
      'a voice message',
      { audioMessage: { ...file, mimetype: 'audio/ogg', ptt: true } },
      { kind: 'media', media: 'audio', mediaId, mimeType: 'audio/ogg', isVoice: true },
    ],
    [
      'a document beneath a caption',
      {
        documentWithCaptionMessage: {
          message: { documentMessage: { ...file, fileName: 'a.pdf', caption: 'Aqui' } },
        },
      },
      { kind: 'media', media: 'document', filename: 'a.pdf', caption: 'Aqui' },
    ],
    [
      'a button',
      { buttonsResponseMessage: { selectedButtonId: 'yes', selectedDisplayText: 'Sim' } },
      { kind: 'choice', of: 'buttons', id: 'yes', title: 'Sim' },
    ],
    [
      'a quick reply of a template',
      { templateButtonReplyMessage: { selectedId: 'stop', selectedDisplayText: 'Sair' } },
      { kind: 'button', payload: 'stop', text: 'Sair' },
    ],
    [
      'a row of a list',
      { listResponseMessage: { title: 'Manhã', singleSelectReply: { selectedRowId: 'am' } } },
      { kind: 'choice', of: 'list', id: 'am', title: 'Manhã' },
    ],
    [
      'a reaction',
      { reactionMessage: { key: { id: 'ABC' }, text: '👍' } },
      { kind: 'reaction', to: 'ABC', emoji: '👍' },
    ],
    [
      'a reaction that was taken back',
      { reactionMessage: { key: { id: 'ABC' }, text: '' } },
      { kind: 'reaction', to: 'ABC' },
    ],
    [
      'a place',
      { locationMessage: { degreesLatitude: -23.5, degreesLongitude: -46.6, name: 'Praça' } },
      { kind: 'location', latitude: -23.5, longitude: -46.6, name: 'Praça' },
    ],
    [
      'something that is not known here',
      { contactMessage: { displayName: 'Bia', vcard: 'BEGIN:VCARD' } },
      {
        kind: 'other',
        type: 'contactMessage',
        raw: { contactMessage: { displayName: 'Bia', vcard: 'BEGIN:VCARD' } },
      },
    ],
  ])('may be %s', async (_, message, content) => {
    const [inbound] = await heard(message);
    expect(inbound).toMatchObject({ content });
  });

  it('does not tell of history, of settings, nor of what the owner writes elsewhere', async () => {
    const { whatsApp, phone } = linked;

    await whatsApp.write(phone, phone, {
      protocolMessage: { type: kinds.HISTORY_SYNC_NOTIFICATION, historySyncNotification: {} },
    });
    await whatsApp.write(
      phone,
      phone,
      { deviceSentMessage: { destinationJid: ana.lid, message: { conversation: 'from my phone' } } },
      { recipient: ana.lid },
    );
    const rest = await heard({ protocolMessage: { type: kinds.EPHEMERAL_SETTING, ephemeralExpiration: 60 } });
    expect(rest).toEqual([]);
  });

  it('does not tell of broadcasts', async () => {
    const { whatsApp, phone } = linked;
    await whatsApp.write(
      ana,
      phone,
      { conversation: 'my day' },
      { from: 'status@broadcast', participant: ana.lid },
    );
    expect(await heard({ protocolMessage: { type: kinds.REVOKE, key: { id: 'ABC' } } })).toEqual([]);
  });
});
