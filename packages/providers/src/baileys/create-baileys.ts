import { AppError } from '@zaphub/types';
import type { Inbound } from '../inbound.ts';
import type { Receipt } from '../provider.ts';
import type { SessionEvent, SessionProvider } from '../session.ts';
import { baileysLimits } from './compose.ts';
import { createHandOver } from './hand-over.ts';
import { loadBaileys } from './load-baileys.ts';
import { createFetchFile, type FetchFile } from './media/fetch-file.ts';
import { openBaileysSession, type SendingSession } from './open-session.ts';
import type { SocketOptions } from './open-socket.ts';
import { readSettings } from './settings.ts';

export interface BaileysOptions extends SocketOptions {
  /** How long WhatsApp may take to say that it has a message; after that its outcome is unknown. Default 20 s. */
  readonly acknowledgedMs?: number;
  /** How a link's file is fetched; default: over https, from public addresses only. */
  readonly fetchFile?: FetchFile;
}

/** Receipts and messages kept while nobody takes them; beyond, receipts are left with WhatsApp, which repeats them. */
const kept = 10_000;

/**
 * WhatsApp Web as a linked device, without WhatsApp's consent: numbers that send this way may be banned. Off unless
 * somebody turns it on knowing that. Opens nothing, and imports nothing of Baileys, before the first session.
 */
export function createBaileys(options: BaileysOptions = {}): SessionProvider {
  const sessions = new Map<string, Promise<SendingSession>>();
  /** Sessions that are on their way out. */
  const closing = new Map<string, Promise<void>>();
  const receipts = createHandOver<Receipt>({ capacity: kept, batch: 500, retryMs: 500 });
  const inbound = createHandOver<Inbound>({ capacity: kept, batch: 100, retryMs: 500 });
  const fetchFile = options.fetchFile ?? createFetchFile();
  const underWay = new Set<Promise<unknown>>();
  let isClosed = false;

  return {
    name: 'baileys',
    sessionPlace: 'socket',
    abilities: {
      // A repeat has the same id, and WhatsApp's own apps show one message of an id; nobody promises it.
      deduplicates: false,
      receipts: true,
      maxInFlight: 4,
      contents: ['text', 'media'],
      inbound: true,
      limits: baileysLimits,
    },
    async send(request, sendOptions) {
      if (isClosed) return { kind: 'not_sent', code: 'closed' };
      const session = await sessions.get(request.sender);
      if (session === undefined) return { kind: 'not_sent', code: 'session_down', retryAfterMs: 5_000 };
      const sending = session.send(request, sendOptions);
      underWay.add(sending);
      return sending.finally(() => underWay.delete(sending));
    },
    onReceipt: (listener) => receipts.listen(listener),
    onInbound: (listener) => inbound.listen(listener),
    async openSession(sessionOptions) {
      const { connectionId, settings } = sessionOptions;
      const read = readSettings(settings);
      // Never two sockets for one number: the one before is gone first.
      await closing.get(connectionId);
      if (isClosed) throw new AppError('unavailable', 'the provider was closed');
      if (sessions.has(connectionId)) {
        throw new AppError('conflict', `${connectionId} has a session in this process already`);
      }
      const forget = (): boolean => sessions.delete(connectionId);
      const onEvent = (event: SessionEvent): void => {
        if (event.kind === 'lost') forget();
        sessionOptions.onEvent(event);
      };
      const opening = loadBaileys()
        .then((baileys) =>
          openBaileysSession({ baileys, receipts, inbound, options, fetchFile }, read, {
            ...sessionOptions,
            onEvent,
          }),
        )
        .catch((error: unknown) => {
          onEvent({ kind: 'lost', ...unopened(error) });
          return deadSession;
        });
      sessions.set(connectionId, opening);
      const session = await opening;
      const forgetThis = (): void => void (sessions.get(connectionId) === opening && forget());
      return {
        ping: (signal) => session.ping(signal),
        async logout(signal) {
          await session.logout(signal);
          forgetThis();
        },
        async close() {
          forgetThis();
          const closed = session.close();
          closing.set(connectionId, closed);
          await closed.finally(() => closing.get(connectionId) === closed && closing.delete(connectionId));
        },
      };
    },
    async close() {
      isClosed = true;
      await Promise.allSettled(underWay);
      await receipts.close();
      await inbound.close();
      const open = [...sessions.values()];
      sessions.clear();
      await Promise.allSettled(open.map(async (session) => (await session).close()));
    },
  };
}

/** Why nothing could be opened: without Baileys never, without the store later, from spoilt keys not as it is. */
function unopened(error: unknown): Omit<Extract<SessionEvent, { kind: 'lost' }>, 'kind'> {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ERR_MODULE_NOT_FOUND') return { cause: 'refused', detail: 'Baileys is not installed' };
  if (error instanceof SyntaxError) return { cause: 'refused', detail: 'the stored keys cannot be read' };
  return { cause: 'retry', detail: 'the stored keys could not be had' };
}

const deadSession: SendingSession = {
  send: () => Promise.resolve({ kind: 'not_sent', code: 'session_down', retryAfterMs: 5_000 }),
  ping: () => Promise.reject(new Error('the session is not open')),
  logout: () => Promise.reject(new Error('the session is not open')),
  close: () => Promise.resolve(),
};
