import { afterEach, describe, expect, it } from 'vitest';
import type { SessionProvider } from '../session.ts';
import { createBaileys } from './create-baileys.ts';
import { createEventLog } from './testing/event-log.ts';
import { createMemoryStore } from './testing/memory-store.ts';
import { openWhatsAppStandIn, type WhatsAppStandIn } from './testing/whatsapp-stand-in.ts';

const closers: (() => Promise<void>)[] = [];
let standIn: WhatsAppStandIn | undefined;

async function open(options = {}): Promise<{ whatsApp: WhatsAppStandIn; provider: SessionProvider }> {
  const whatsApp = await openWhatsAppStandIn();
  const provider = createBaileys({ url: whatsApp.url, ...options });
  closers.push(
    () => whatsApp.close(),
    () => provider.close(),
  );
  standIn = whatsApp;
  return { whatsApp, provider };
}

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  expect(standIn?.errors ?? []).toEqual([]);
});

describe('linking a number', () => {
  it('shows a QR that expires, and is connected when the phone has scanned it', async () => {
    const { whatsApp, provider } = await open();
    const phone = whatsApp.addPhone('+5511900000001');
    const store = createMemoryStore();
    const log = createEventLog();
    await provider.openSession({ connectionId: 'c1', settings: {}, store, onEvent: log.onEvent });
    const { code, expiresAt } = await log.next('qr');
    expect(expiresAt.getTime() - Date.now()).toBeGreaterThan(55_000);
    phone.scan(code);
    const connected = await log.next('connected');
    expect(connected).toMatchObject({ phone: '+5511900000001', userId: phone.lid });
    expect(log.events.map(({ kind }) => kind)).toEqual(['qr', 'connected']);
  });
});
