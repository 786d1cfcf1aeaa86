import { createBaileys, type BaileysOptions } from '../create-baileys.ts';
import type { Session, SessionProvider } from '../../session.ts';
import type { StandInPhone } from './link-desk.ts';
import { createEventLog, type EventLog } from './event-log.ts';
import { createMemoryStore, type MemoryStore } from './memory-store.ts';
import { openWhatsAppStandIn, type StandInOptions, type WhatsAppStandIn } from './whatsapp-stand-in.ts';

/** A number that is linked and connected, with everything around it. */
export interface LinkedSession {
  readonly whatsApp: WhatsAppStandIn;
  readonly provider: SessionProvider;
  readonly phone: StandInPhone;
  readonly store: MemoryStore;
  readonly session: Session;
  readonly log: EventLog;
  readonly close: () => Promise<void>;
}

/** Links a number by its QR; the connection is called `connection`. */
export async function openLinkedSession(
  options: StandInOptions & BaileysOptions & { readonly settings?: Record<string, unknown> } = {},
): Promise<LinkedSession> {
  const whatsApp = await openWhatsAppStandIn(options);
  const provider = createBaileys({ url: whatsApp.url, ...options });
  const phone = whatsApp.addPhone('+5511900000001');
  const store = createMemoryStore();
  const log = createEventLog();
  const close = async (): Promise<void> => {
    await provider.close();
    await whatsApp.close();
  };
  try {
    const { onEvent } = log;
    const { settings = {} } = options;
    const session = await provider.openSession({ connectionId: 'connection', settings, store, onEvent });
    phone.scan((await log.next('qr')).code);
    await log.next('connected');
    return { whatsApp, provider, phone, store, session, log, close };
  } catch (error) {
    await close();
    throw error;
  }
}
