import { createDecipheriv, createHash } from 'node:crypto';
import { getMediaKeys } from 'baileys';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { MediaKind, MessageContent } from '../message-content.ts';
import { exampleRequest, soon } from '../provider-conformance.ts';
import type { SendOutcome } from '../provider.ts';
import type { FetchedFile, FetchFailure } from './media/fetch-file.ts';
import { type LinkedSession, openLinkedSession } from './testing/linked-session.ts';
import { type MediaStandIn, openMediaStandIn } from './testing/media-stand-in.ts';

let media: MediaStandIn;
let linked: LinkedSession;
const fetched: string[] = [];
const files = new Map<string, FetchedFile | FetchFailure>();
const bytes = Buffer.from('what the link holds');

beforeAll(async () => {
  media = await openMediaStandIn();
  linked = await openLinkedSession({
    mediaHost: media.host,
    ca: media.ca,
    deliversReceipts: false,
    fetchFile: (link) => {
      fetched.push(link);
      return Promise.resolve(files.get(link) ?? { bytes, mimeType: 'application/x-test' });
    },
  });
  linked.whatsApp.addPerson('+5511912345678', 'Ana');
});

afterAll(async () => {
  await linked.close();
  await media.close();
});

afterEach(() => {
  fetched.length = 0;
  expect(linked.whatsApp.errors).toEqual([]);
});

function send(content: MessageContent): Promise<SendOutcome> {
  return linked.provider.send(exampleRequest({ content }), soon());
}

function sendLink(media: MediaKind, link: string, rest: object = {}): Promise<SendOutcome> {
  return send({ kind: 'media', media, source: { link }, ...rest });
}

describe('files', () => {
  it.each(['image', 'video', 'audio', 'document', 'sticker'] as const)(
    'are uploaded so that only their reader can open them: %s',
    async (kind) => {
      expect(await sendLink(kind, `https://files.test/${kind}`)).toMatchObject({ kind: 'sent' });
      const message = linked.whatsApp.delivered.at(-1)?.message;
      const part = message?.[`${kind}Message`];
      expect(part).toMatchObject({ mimetype: 'application/x-test', fileLength: expect.anything() });
      const upload = media.uploads.find(({ path }) => path === part?.directPath);
      const { cipherKey, iv } = await getMediaKeys(Buffer.from(part?.mediaKey ?? []), kind);
      const decipher = createDecipheriv('aes-256-cbc', cipherKey, iv);
      const sealed = upload?.bytes.subarray(0, -10) ?? Buffer.alloc(0);
      const plain = Buffer.concat([decipher.update(sealed), decipher.final()]);
      expect(plain).toEqual(bytes);
      expect(Buffer.from(part?.fileSha256 ?? [])).toEqual(createHash('sha256').update(bytes).digest());
    },
  );

  it('carry their words and their name', async () => {
    const rest = { caption: 'A proposta', filename: 'proposta.pdf' };
    await sendLink('document', 'https://files.test/p', rest);
    expect(linked.whatsApp.delivered.at(-1)?.message.documentMessage).toMatchObject({
      caption: 'A proposta',
      fileName: 'proposta.pdf',
    });
  });

  it('are fetched and uploaded once for many people', async () => {
    const before = media.uploads.length;
    await Promise.all([1, 2, 3].map(() => sendLink('image', 'https://files.test/many')));
    expect(fetched).toEqual(['https://files.test/many']);
    expect(media.uploads).toHaveLength(before + 1);
  });

  it('that cannot be had are refused for good, or tried again', async () => {
    files.set('https://files.test/gone', {
      failed: true,
      code: 'media_unreachable',
      details: 'The link answers 404.',
      isFinal: true,
    });
    files.set('https://files.test/away', {
      failed: true,
      code: 'media_unreachable',
      details: 'The link cannot be reached.',
      isFinal: false,
    });
    const before = linked.whatsApp.delivered.length;
    expect(await sendLink('image', 'https://files.test/gone')).toMatchObject({ kind: 'refused' });
    expect(await sendLink('image', 'https://files.test/away')).toMatchObject({ kind: 'not_sent' });
    await sendLink('image', 'https://files.test/away');
    expect(fetched.filter((link) => link.endsWith('away'))).toHaveLength(2);
    expect(linked.whatsApp.delivered).toHaveLength(before);
  });

  it('that are named by an id, and captions where there are none, are refused', async () => {
    expect(await send({ kind: 'media', media: 'image', source: { id: '1' } })).toMatchObject({
      kind: 'refused',
    });
    expect(await sendLink('sticker', 'https://files.test/s', { caption: 'x' })).toMatchObject({
      kind: 'refused',
    });
  });
});
