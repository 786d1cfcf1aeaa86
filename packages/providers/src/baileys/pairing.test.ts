import { afterEach, describe, expect, it } from 'vitest';
import type { SessionProvider } from '../session.ts';
import { createBaileys, type BaileysOptions } from './create-baileys.ts';
import { createEventLog, type EventLog } from './testing/event-log.ts';
import { createMemoryStore, type MemoryStore } from './testing/memory-store.ts';
import type { StandInPhone } from './testing/link-desk.ts';
import { openWhatsAppStandIn, type WhatsAppStandIn } from './testing/whatsapp-stand-in.ts';

interface Unlinked {
  readonly whatsApp: WhatsAppStandIn;
  readonly provider: SessionProvider;
  readonly phone: StandInPhone;
  readonly store: MemoryStore;
  readonly log: EventLog;
  readonly open: (pairingPhone?: string) => Promise<unknown>;
}

const closers: (() => Promise<void>)[] = [];

async function unlinked(options: BaileysOptions = {}): Promise<Unlinked> {
  const whatsApp = await openWhatsAppStandIn();
  const provider = createBaileys({ url: whatsApp.url, ...options });
  const store = createMemoryStore();
  const log = createEventLog();
  closers.push(async () => {
    await provider.close();
    await whatsApp.close();
    expect(whatsApp.errors).toEqual([]);
  });
  return {
    whatsApp,
    provider,
    phone: whatsApp.addPhone('+5511900000001'),
    store,
    log,
    open: (pairingPhone) =>
      provider.openSession({
        connectionId: 'connection',
        settings: {},
        store,
        onEvent: log.onEvent,
        ...(pairingPhone === undefined ? {} : { pairingPhone }),
      }),
  };
}

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

describe('linking a number', () => {
  it('shows a QR that expires, and is connected when the phone has scanned it', async () => {
    const { phone, log, open } = await unlinked();
    await open();
    const { code, expiresAt } = await log.next('qr');
    const lifeMs = expiresAt.getTime() - Date.now();
    expect(lifeMs).toBeGreaterThan(55_000);
    expect(lifeMs).toBeLessThanOrEqual(60_000);
    phone.scan(code);
    expect(await log.next('connected')).toEqual({
      kind: 'connected',
      phone: '+5511900000001',
      userId: phone.lid,
    });
    expect(log.events.map(({ kind }) => kind)).toEqual(['qr', 'connected']);
  });

  it('shows the next QR when one has expired, and gives up after the last', async () => {
    const { log, open } = await unlinked({ qrMs: 40 });
    await open();
    const first = await log.next('qr');
    const second = await log.next('qr');
    expect(second.code).not.toBe(first.code);
    expect(await log.next('lost')).toEqual({ kind: 'lost', cause: 'expired', detail: '408 no answer' });
  });

  it('shows a code to be typed into the phone instead', async () => {
    const { phone, log, open } = await unlinked();
    await open('+5511900000001');
    const { code, expiresAt } = await log.next('pairing_code');
    expect(code).toMatch(/^[1-9A-Z]{8}$/);
    expect(expiresAt.getTime() - Date.now()).toBeGreaterThan(100_000);
    await phone.enterCode(code);
    expect(await log.next('connected')).toMatchObject({ phone: '+5511900000001' });
    expect(log.events.map(({ kind }) => kind)).toEqual(['pairing_code', 'connected']);
  });

  it('begins anew after a code that nobody typed', async () => {
    const { phone, log, open } = await unlinked({ qrMs: 300 });
    await open('+5511900000001');
    await log.next('pairing_code');
    expect((await log.next('lost')).cause).toBe('expired');
    await open();
    phone.scan((await log.next('qr')).code);
    await log.next('connected');
  });

  it('does not let two sessions be opened for one connection, nor settings that make no sense', async () => {
    const { provider, store, log, open } = await unlinked();
    await open();
    await expect(open()).rejects.toMatchObject({ code: 'conflict' });
    const settings = { proxy: 'gopher://x' };
    await expect(
      provider.openSession({ connectionId: 'other', settings, store, onEvent: log.onEvent }),
    ).rejects.toMatchObject({ code: 'invalid_body' });
  });
});
