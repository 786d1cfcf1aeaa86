import { afterAll, beforeAll, beforeEach, describe, expect } from 'vitest';
import { describeProvider } from '../provider-conformance.ts';
import { createBaileys } from './create-baileys.ts';
import { createEventLog } from './testing/event-log.ts';
import { type LinkedSession, openLinkedSession } from './testing/linked-session.ts';
import { openMediaStandIn, type MediaStandIn } from './testing/media-stand-in.ts';

let media: MediaStandIn;
let linked: LinkedSession;

beforeAll(async () => {
  media = await openMediaStandIn();
  linked = await openLinkedSession({ mediaHost: media.host });
  linked.whatsApp.addPerson('+5511912345678', 'Ana');
  await linked.session.close();
});

beforeEach(() => {
  expect(linked.whatsApp.errors).toEqual([]);
});

afterAll(async () => {
  await linked.close();
  await media.close();
  expect(linked.whatsApp.errors).toEqual([]);
});

describe('Baileys', () => {
  describeProvider(async () => {
    const { whatsApp, store } = linked;
    const provider = createBaileys({
      url: whatsApp.url,
      ca: media.ca,
      fetchFile: () => Promise.resolve({ bytes: Buffer.from('a picture'), mimeType: 'image/png' }),
    });
    const log = createEventLog();
    const { onEvent } = log;
    await provider.openSession({ connectionId: 'connection', settings: {}, store, onEvent });
    await log.next('connected');
    return {
      provider,
      deliveries: (messageId) => {
        const id = messageId.replaceAll('-', '').toUpperCase();
        return Promise.resolve(whatsApp.delivered.filter((message) => message.id === id).length);
      },
    };
  });
});
