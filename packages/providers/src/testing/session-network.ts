import type { Provider, ProviderAbilities, SendRequest } from '../provider.ts';
import type { OpenSessionOptions, Session, SessionEvent, SessionProvider } from '../session.ts';

/** How an open session answers a round trip: quickly, after so many milliseconds, with an error, or not at all. */
export type PingAnswer = 'quick' | 'fails' | 'never' | number;

/** One opening of a number's session, in the hands of a test. */
export interface NetworkSession {
  readonly connectionId: string;
  /** Which of the network's clients holds it. */
  readonly client: string;
  readonly options: OpenSessionOptions;
  readonly isOpen: boolean;
  readonly isLoggedOut: boolean;
  /** Decides how round trips are answered from now on. */
  answerPings(answer: PingAnswer): void;
  /** Tells the session's news; a `lost` ends it at the network. Nothing happens when it is over. */
  tell(event: SessionEvent): void;
  /** The phone accepts: credentials are stored, then it is connected. */
  pair(): Promise<void>;
}

/** A message that reached the network. */
export interface NetworkMessage {
  readonly client: string;
  readonly request: SendRequest;
}

/**
 * A network that numbers log into, without any network: for tests of whoever keeps sessions. It is strict: whatever no
 * client may do is a violation, above all two sessions of one number at a time.
 */
export interface SessionNetwork {
  /** A client of it, as one process has one. */
  client(name: string): SessionProvider;
  /** The last opening of a number's session; `undefined` before the first. */
  last(connectionId: string): NetworkSession | undefined;
  /** How often a number's session was opened. */
  openings(connectionId: string): number;
  readonly messages: readonly NetworkMessage[];
  /** What was done that must not be, in words; empty after a good test. */
  readonly violations: readonly string[];
}

export interface SessionNetworkOptions {
  readonly provider?: Provider['name'];
  readonly sessionPlace?: SessionProvider['sessionPlace'];
  readonly deduplicates?: boolean;
  /** What a session does once it is open; default: connects when it has credentials, else shows a code. */
  readonly onOpen?: (session: NetworkSession) => void | Promise<void>;
  /** How long a code may be scanned; default one minute. */
  readonly codeMs?: number;
}

const credentials = 'credentials';

/** Makes a network that nobody has logged into. */
export function createSessionNetwork(options: SessionNetworkOptions = {}): SessionNetwork {
  const sessions = new Map<string, NetworkSession[]>();
  const violations: string[] = [];
  const messages: NetworkMessage[] = [];
  const onOpen = options.onOpen ?? ((session) => connectOrShowCode(session, options.codeMs ?? 60_000));
  const abilities: ProviderAbilities = {
    deduplicates: options.deduplicates ?? true,
    receipts: false,
    maxInFlight: 100,
  };
  const openOf = (connectionId: string): NetworkSession | undefined =>
    sessions.get(connectionId)?.find((session) => session.isOpen);

  const open = (client: string, asked: OpenSessionOptions): Session => {
    const { connectionId } = asked;
    const other = openOf(connectionId);
    if (other !== undefined) {
      violations.push(`${connectionId} was opened by ${client} while ${other.client} had it open`);
    }
    const opened = openNetworkSession(client, asked, violations);
    sessions.set(connectionId, [...(sessions.get(connectionId) ?? []), opened.session]);
    queueMicrotask(() => {
      // Whatever a script fails with (its store may refuse) ends the session, as it would end a client.
      Promise.resolve(onOpen(opened.session)).catch((error: unknown) => {
        opened.session.tell({ kind: 'lost', cause: 'retry', detail: String(error) });
      });
    });
    return opened.handle;
  };

  return {
    messages,
    violations,
    last: (connectionId) => sessions.get(connectionId)?.at(-1),
    openings: (connectionId) => sessions.get(connectionId)?.length ?? 0,
    client: (name) => ({
      name: options.provider ?? 'baileys',
      abilities,
      sessionPlace: options.sessionPlace ?? 'socket',
      openSession: (asked) => Promise.resolve(open(name, asked)),
      send(request) {
        const session = openOf(request.sender);
        if (session === undefined || (isLocal(options) && session.client !== name)) {
          return Promise.resolve({ kind: 'not_sent', code: 'not_connected' });
        }
        messages.push({ client: name, request });
        return Promise.resolve({ kind: 'sent', providerMessageId: request.messageId });
      },
      onReceipt: () => () => Promise.resolve(),
      close: () => Promise.resolve(),
    }),
  };
}

function isLocal({ sessionPlace }: SessionNetworkOptions): boolean {
  return sessionPlace !== 'gateway';
}

async function connectOrShowCode(session: NetworkSession, codeMs: number): Promise<void> {
  const kept = await session.options.store.read([credentials]);
  if (kept.size > 0) {
    session.tell({ kind: 'connected', phone: '+5511999990000', name: 'Loja' });
    return;
  }
  const code = `code-${session.connectionId}`;
  const kind = session.options.pairingPhone === undefined ? 'qr' : 'pairing_code';
  session.tell({ kind, code, expiresAt: new Date(Date.now() + codeMs) });
}

function openNetworkSession(
  client: string,
  options: OpenSessionOptions,
  violations: string[],
): { session: NetworkSession; handle: Session } {
  let isOpen = true;
  let isLoggedOut = false;
  let answer: PingAnswer = 'quick';
  const tell = (event: SessionEvent): void => {
    if (!isOpen) return;
    if (event.kind === 'lost') isOpen = false;
    options.onEvent(event);
  };
  return {
    session: {
      connectionId: options.connectionId,
      client,
      options,
      get isOpen() {
        return isOpen;
      },
      get isLoggedOut() {
        return isLoggedOut;
      },
      answerPings: (given) => (answer = given),
      tell,
      async pair() {
        await options.store.write(new Map([[credentials, Buffer.from('paired')]]));
        tell({ kind: 'connected', phone: '+5511999990000', name: 'Loja' });
      },
    },
    handle: {
      ping: (signal) => (isOpen ? reply(answer, signal) : Promise.reject(new Error('closed'))),
      logout() {
        if (!isOpen) violations.push(`${options.connectionId} was logged out after it was closed`);
        isLoggedOut = true;
        isOpen = false;
        return Promise.resolve();
      },
      close() {
        isOpen = false;
        return Promise.resolve();
      },
    },
  };
}

function reply(answer: PingAnswer, signal: AbortSignal): Promise<number> {
  if (answer === 'quick') return Promise.resolve(1);
  if (answer === 'fails') return Promise.reject(new Error('the network does not answer'));
  return new Promise((resolve, reject) => {
    if (typeof answer === 'number') setTimeout(() => resolve(answer), answer).unref();
    signal.addEventListener('abort', () => reject(new Error('given up')), { once: true });
  });
}
