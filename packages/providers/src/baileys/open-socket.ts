import type { SignalAuthState, SignalRepositoryWithLIDStore, WASocket } from 'baileys';
import { Mutex } from '@zaphub/concurrency';
import { Agent } from 'node:https';
import type { Inbox } from './inbox.ts';
import type { Baileys } from './load-baileys.ts';
import type { SentMessages } from './sent-messages.ts';
import { silentLogger } from './silent-logger.ts';
import type { StoredState } from './stored-state.ts';

/** How sockets are opened; the defaults are what WhatsApp's own client does. */
export interface SocketOptions {
  /** Where WhatsApp is; only tests have another. */
  readonly url?: string;
  /** The version of WhatsApp Web to be taken for; default: the one that this release of Baileys was made for. */
  readonly version?: readonly [number, number, number];
  /** How long one QR is shown; default 60 s for the first and 20 s for those after it. */
  readonly qrMs?: number;
  /** How long a question waits for its answer; default 20 s. */
  readonly answerMs?: number;
  /** How often an idle connection is tried, after which silence of 5 s more ends it; default 30 s. */
  readonly keepAliveMs?: number;
  /** PEM of authorities to trust beside none other, for a proxy that opens TLS. */
  readonly ca?: string;
}

/** What one session gives to each of its sockets. */
export interface SocketParts {
  readonly baileys: Baileys;
  readonly stored: StoredState;
  readonly options: SocketOptions;
  readonly proxy: string | undefined;
  /** Holds off reading while something is written: both move the same ratchet. */
  readonly ratchets: Mutex;
  readonly sent: SentMessages;
  readonly inbox: Inbox;
}

/** Opens one connection. Nothing is on the wire before this returns. */
export function openSocket(parts: SocketParts): WASocket {
  const { baileys, stored, options, proxy, sent } = parts;
  const { lib } = baileys;
  const agent = agentOf(proxy, options.ca);
  const socket = lib.makeWASocket({
    auth: stored.auth,
    logger: silentLogger,
    browser: lib.Browsers.macOS('Chrome'),
    markOnlineOnConnect: false,
    syncFullHistory: false,
    shouldSyncHistoryMessage: () => false,
    emitOwnEvents: false,
    // The store either takes a write or is lost: then the session ends, and is opened anew from what is stored.
    transactionOpts: { maxCommitRetries: 1, delayBetweenTriesMs: 0 },
    defaultQueryTimeoutMs: options.answerMs ?? 20_000,
    keepAliveIntervalMs: options.keepAliveMs ?? 30_000,
    getMessage: ({ id }) => (id ? sent.recall(id) : Promise.resolve(undefined)),
    makeSignalRepository: (auth, ...given) =>
      keepingWhatIsRead(lib.DEFAULT_CONNECTION_CONFIG.makeSignalRepository(auth, ...given), auth.keys, parts),
    ...(options.url === undefined ? {} : { waWebSocketUrl: options.url }),
    ...(options.version === undefined ? {} : { version: [...options.version] }),
    ...(options.qrMs === undefined ? {} : { qrTimeout: options.qrMs }),
    // A stand-in without TLS is not reached through an agent for it.
    ...(agent === undefined || options.url?.startsWith('ws:') ? {} : { agent }),
    ...(agent === undefined ? {} : { fetchAgent: agent }),
  });
  catchFaults(socket);
  return socket;
}

function agentOf(proxy: string | undefined, ca: string | undefined): Agent | undefined {
  if (proxy === undefined && ca === undefined) return undefined;
  return new Agent({
    ...(proxy === undefined ? {} : { proxyEnv: { HTTP_PROXY: proxy, HTTPS_PROXY: proxy } }),
    ...(ca === undefined ? {} : { ca }),
  });
}

/** Reads in turns with whoever writes, and keeps the words in the same write as the ratchet. */
function keepingWhatIsRead(
  repository: SignalRepositoryWithLIDStore,
  keys: SignalAuthState['keys'],
  { ratchets, inbox }: SocketParts,
): SignalRepositoryWithLIDStore {
  if (!('transaction' in keys)) throw new Error('Baileys gives keys with transactions');
  return {
    ...repository,
    decryptMessage: (given) =>
      ratchets.run(() =>
        keys.transaction(async () => {
          const plain = await repository.decryptMessage(given);
          await inbox.note(keys, given.ciphertext, plain);
          return plain;
        }, given.jid),
      ),
  };
}

/**
 * Baileys listens with async functions whose failures nobody awaits: one frame that cannot be decrypted would end the
 * process. Here it ends the connection, and a failed answer to the server is what it is: not sent.
 */
function catchFaults({ ws, end }: WASocket): void {
  for (const name of ws.eventNames()) {
    for (const found of ws.listeners(name)) {
      const listener = asListener(found);
      const isVital = name === 'message' || name === 'open';
      ws.off(name, listener);
      ws.on(name, (...given: unknown[]) => {
        try {
          const done: unknown = listener(...given);
          if (done instanceof Promise) {
            done.catch((error: unknown) => isVital && void end(asError(error)));
          }
        } catch (error) {
          if (isVital) void end(asError(error));
        }
      });
    }
  }
}

/** An emitter gives its listeners back as mere functions. */
function asListener(listener: object): (...given: unknown[]) => unknown {
  return listener as (...given: unknown[]) => unknown;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
