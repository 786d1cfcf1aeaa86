import { Mutex } from '@zaphub/concurrency';
import type { WASocket } from 'baileys';
import type { Inbound } from '../inbound.ts';
import type { Receipt, SendOptions, SendOutcome, SendRequest } from '../provider.ts';
import type { OpenSessionOptions, Session, SessionEvent } from '../session.ts';
import { messageIdOf } from '../wuzapi/message-id.ts';
import { type Acknowledgement, createAcknowledgements } from './acknowledgements.ts';
import { phoneOf, userIdOf } from './addresses.ts';
import { outcomeOfNack } from './ack-outcome.ts';
import { createFindPerson } from './find-person.ts';
import type { HandOver } from './hand-over.ts';
import { openInbox } from './inbox.ts';
import type { Baileys } from './load-baileys.ts';
import { endingOf, statusOf } from './lost-cause.ts';
import type { FetchFile } from './media/fetch-file.ts';
import { createPrepareMedia } from './media/prepare-media.ts';
import { openSocket, type SocketOptions } from './open-socket.ts';
import { createGiveToken } from './privacy-tokens.ts';
import { createSentMessages } from './sent-messages.ts';
import { createSendMessage, type Line } from './send-message.ts';
import type { BaileysSettings } from './settings.ts';
import { openStoredState } from './stored-state.ts';
import { untilAborted } from './until-aborted.ts';
import { type Hearing, watchInbound } from './watch-inbound.ts';
import { watchReceipts } from './watch-receipts.ts';

/** A session that can send. */
export interface SendingSession extends Session {
  /** Never rejects. */
  send(request: SendRequest, options: SendOptions): Promise<SendOutcome>;
}

export interface SessionParts {
  readonly baileys: Baileys;
  readonly receipts: HandOver<Receipt>;
  readonly inbound: HandOver<Inbound>;
  readonly fetchFile: FetchFile;
  readonly options: SocketOptions & { readonly acknowledgedMs?: number };
}

/** How often a server may ask for a new connection before it is a trouble. */
const maxRestarts = 5;
const firstQrMs = 60_000;
const nextQrMs = 20_000;
/** WhatsApp shows six QRs, one after the other; a code lives as long as they all do. */
const codeMs = firstQrMs + 5 * nextQrMs;

/** Opens one number's session; resolves at once, and what becomes of it comes as events. */
export async function openBaileysSession(
  parts: SessionParts,
  settings: BaileysSettings,
  { connectionId, store, pairingPhone, onEvent }: OpenSessionOptions,
): Promise<SendingSession> {
  const { baileys, receipts, inbound, fetchFile, options } = parts;
  const ratchets = new Mutex();
  const acknowledgements = createAcknowledgements((id, late) => {
    const receipt = lateReceipt(id, late);
    if (receipt !== undefined) receipts.push(receipt);
  });
  const stored = await openStoredState(baileys, store, {
    onFailure: () => lose({ cause: 'retry', detail: 'the store did not take the keys' }),
  });
  const inbox = await openInbox(baileys, stored.auth.keys);
  const sent = createSentMessages(baileys, stored.auth.keys);
  let socket: WASocket | undefined;
  let hearing: Hearing | undefined;
  let hasCaughtUp = false;
  let line: Line | undefined;
  let isOver = false;
  let restarts = 0;
  let shownQrs = 0;

  const emit = (event: SessionEvent): void => {
    if (!isOver) onEvent(event);
  };
  const isPaired = (): boolean => stored.auth.creds.account !== undefined;
  const letGo = (): void => {
    line = undefined;
    acknowledgements.lose('connection_lost');
  };
  const lose = (ending: {
    cause: Extract<SessionEvent, { kind: 'lost' }>['cause'];
    detail?: string;
  }): void => {
    if (isOver) return;
    letGo();
    emit({ kind: 'lost', ...ending });
    isOver = true;
    socket?.end(undefined).catch(() => undefined);
  };

  const showQr = async (current: WASocket, code: string): Promise<void> => {
    const lifeMs = options.qrMs ?? (shownQrs === 0 ? firstQrMs : nextQrMs);
    shownQrs += 1;
    if (pairingPhone === undefined) {
      return emit({ kind: 'qr', code, expiresAt: new Date(Date.now() + lifeMs) });
    }
    if (shownQrs > 1 || stored.auth.creds.pairingCode !== undefined) return undefined;
    try {
      const words = await current.requestPairingCode(pairingPhone.slice(1));
      emit({ kind: 'pairing_code', code: words, expiresAt: new Date(Date.now() + codeMs) });
    } catch {
      lose({ cause: 'retry', detail: 'no code could be had' });
    }
    return undefined;
  };
  const onClosed = async (status: number | undefined): Promise<void> => {
    letGo();
    if (isOver) return;
    const ending = endingOf(status, shownQrs > 0 && !isPaired());
    await stored.settled();
    if (ending === 'restart') {
      if (restarts++ < maxRestarts) return connect();
      return lose({ cause: 'retry', detail: '515 again and again' });
    }
    // Void credentials are of no use to anybody; the caller is told whether they could be forgotten or not.
    if (ending.cause === 'logged_out') await store.clear().catch(() => undefined);
    return lose(ending);
  };
  const onOpen = (current: WASocket): void => {
    restarts = 0;
    const { me } = stored.auth.creds;
    line = {
      socket: current,
      findPerson: createFindPerson(baileys, current),
      giveToken: createGiveToken(baileys, current),
      prepareMedia: createPrepareMedia(baileys, fetchFile, current.waUploadToServer),
    };
    const phone = phoneOf(me?.id);
    const userId = userIdOf(me?.lid);
    emit({
      kind: 'connected',
      ...(phone === undefined ? {} : { phone }),
      ...(userId === undefined ? {} : { userId }),
      ...(me?.name ? { name: me.name } : {}),
    });
    if (hasCaughtUp || me === undefined) return;
    hasCaughtUp = true;
    // What cannot be read now is read when the session is opened the next time.
    hearing?.catchUp(me).catch(() => undefined);
  };
  const connect = (): void => {
    const current = openSocket({
      baileys,
      stored,
      options,
      ratchets,
      proxy: settings.proxy,
      sent,
      inbox,
    });
    socket = current;
    current.ev.on('creds.update', () => stored.saveCredentials());
    current.ev.on('connection.update', ({ qr, connection, lastDisconnect }) => {
      if (current !== socket) return;
      if (qr !== undefined) void showQr(current, qr);
      if (connection === 'open') onOpen(current);
      if (connection === 'close')
        onClosed(statusOf(lastDisconnect?.error)).catch(() => lose({ cause: 'retry' }));
    });
    acknowledgements.watch(current);
    watchReceipts(current, (receipt, onTaken) => receipts.push(receipt, onTaken));
    hearing = watchInbound({ baileys, socket: current, inbox }, connectionId, (message, onTaken) => {
      inbound.push(message, onTaken);
    });
  };

  const sendMessage = createSendMessage({
    baileys,
    ratchets,
    acknowledgements,
    acknowledgedMs: options.acknowledgedMs ?? 20_000,
    line: () => line,
    sent,
  });

  connect();
  return {
    send: sendMessage,
    async ping(signal) {
      signal.throwIfAborted();
      if (line === undefined) throw new Error('the session is not connected');
      const begun = performance.now();
      const asked = line.socket.query({
        tag: 'iq',
        attrs: { to: '@s.whatsapp.net', type: 'get', xmlns: 'w:p' },
        content: [{ tag: 'ping', attrs: {} }],
      });
      const answer: unknown = await untilAborted(asked, signal);
      if (answer === undefined) throw new Error('no answer');
      return performance.now() - begun;
    },
    async logout(signal) {
      signal.throwIfAborted();
      if (line === undefined) throw new Error('the session is not connected');
      const { socket: current } = line;
      isOver = true;
      letGo();
      await untilAborted(current.logout(), signal);
      await store.clear();
    },
    async close() {
      isOver = true;
      letGo();
      await endSoon(socket);
      await stored.settled();
    },
  };
}

/** What a word that came after its message was given up says for good. */
function lateReceipt(providerMessageId: string, late: Acknowledgement): Receipt | undefined {
  const messageId = messageIdOf(providerMessageId);
  if (messageId === undefined) return undefined;
  if (late.kind === 'taken') return { messageId, kind: 'sent', at: late.at, providerMessageId };
  const outcome = outcomeOfNack(late.error);
  if (outcome.kind === 'unknown') return undefined;
  return { messageId, kind: 'failed', at: new Date(), code: outcome.code };
}

/** A server that says nothing may not keep this process from ending. */
const closeMs = 1_000;

async function endSoon(socket: WASocket | undefined): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, closeMs);
  socket?.end(undefined).then(resolve, resolve);
  if (socket === undefined) resolve();
  await promise;
  clearTimeout(timer);
}
