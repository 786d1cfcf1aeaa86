import { z } from 'zod';
import { personOf } from '../jid.ts';
import type { WuzapiAccount } from '../wuzapi-account.ts';
import type { WuzapiClient, WuzapiReply } from '../wuzapi-client.ts';

/** What a gateway says about a number. */
export interface GatewayStatus {
  readonly isConnected: boolean;
  readonly isLoggedIn: boolean;
  readonly phone?: string;
  readonly name?: string;
}

/** A call that brought nothing: `isFinal` when asking again cannot help. */
export interface GatewayTrouble {
  readonly isFinal: boolean;
  readonly detail: string;
}

/** What a gateway answered, or why it did not. */
export type GatewayAnswer<T> =
  { readonly ok: true; readonly value: T } | ({ readonly ok: false } & GatewayTrouble);

/** One number's calls of its gateway; none rejects. */
export interface GatewaySession {
  status(signal: AbortSignal): Promise<GatewayAnswer<GatewayStatus>>;
  connect(signal: AbortSignal): Promise<GatewayAnswer<undefined>>;
  /** The code to scan, as a `data:image/png` address; `undefined` while there is none. */
  qr(signal: AbortSignal): Promise<GatewayAnswer<string | undefined>>;
  pairingCode(phone: string, signal: AbortSignal): Promise<GatewayAnswer<string>>;
  logout(signal: AbortSignal): Promise<GatewayAnswer<undefined>>;
  /** Has webhooks sent to the address, signed when the account has a key. */
  setWebhook(url: string, signal: AbortSignal): Promise<GatewayAnswer<undefined>>;
}

/** What the product needs to hear; the gateway passes over names that its version does not know. */
const events = [
  'Message',
  'ReadReceipt',
  'Connected',
  'Disconnected',
  'LoggedOut',
  'QRTimeout',
  'PairError',
  'TemporaryBan',
  'StreamReplaced',
  'ConnectFailure',
  'ClientOutdated',
] as const;

// Versions write the names with a large or a small first letter.
const status = z
  .record(z.string(), z.unknown())
  .transform((values) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name.toLowerCase(), value])),
  )
  .pipe(
    z.object({
      connected: z.boolean(),
      loggedin: z.boolean(),
      jid: z.string().optional(),
      display_name: z.string().optional(),
    }),
  );

/** Speaks for one account; opens nothing. */
export function createGatewaySession(
  client: WuzapiClient,
  account: WuzapiAccount,
  timeoutMs: number,
): GatewaySession {
  const call = (
    method: 'GET' | 'POST',
    path: string,
    signal: AbortSignal,
    body?: Readonly<Record<string, unknown>>,
  ): Promise<WuzapiReply> =>
    client.call(account, {
      method,
      path,
      ...(body === undefined ? {} : { body }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      notAfterMs: Number.POSITIVE_INFINITY,
    });

  return {
    async status(signal) {
      const reply = await call('GET', '/session/status', signal);
      if (says(reply, 'no session')) return { ok: true, value: { isConnected: false, isLoggedIn: false } };
      return answerOf(reply, (data) => {
        const read = status.safeParse(data);
        if (!read.success) return undefined;
        const { connected, loggedin, jid, display_name } = read.data;
        const phone = personOf(jid)?.phone;
        return {
          isConnected: connected,
          isLoggedIn: loggedin,
          ...(phone === undefined ? {} : { phone }),
          ...(display_name ? { name: display_name } : {}),
        };
      });
    },
    async connect(signal) {
      const reply = await call('POST', '/session/connect', signal, { Subscribe: events, Immediate: true });
      if (says(reply, 'already connected')) return done;
      return answerOf(reply, nothing);
    },
    async qr(signal) {
      const reply = await call('GET', '/session/qr', signal);
      if (reply.kind === 'error' && reply.httpStatus === 500) return { ok: true, value: undefined };
      const read = answerOf(reply, (data) => z.object({ QRCode: z.string() }).safeParse(data).data);
      return read.ok ? { ok: true, value: read.value.QRCode === '' ? undefined : read.value.QRCode } : read;
    },
    async pairingCode(phone, signal) {
      const body = { Phone: phone.replace(/^\+/, '') };
      const reply = await call('POST', '/session/pairphone', signal, body);
      const read = answerOf(
        reply,
        (data) => z.object({ LinkingCode: z.string().min(1) }).safeParse(data).data,
      );
      return read.ok ? { ok: true, value: read.value.LinkingCode } : read;
    },
    async logout(signal) {
      const reply = await call('POST', '/session/logout', signal, {});
      if (says(reply, 'no session') || says(reply, 'could not logout as it was not logged in')) return done;
      return answerOf(reply, nothing);
    },
    async setWebhook(url, signal) {
      const set = answerOf(await call('POST', '/webhook', signal, { webhookurl: url, events }), nothing);
      if (!set.ok || account.hmacKey === undefined) return set;
      const reply = await call('POST', '/session/hmac/config', signal, {
        hmac_key: account.hmacKey.reveal(),
      });
      // This one answers without the envelope that all others have.
      return reply.kind === 'unreadable' && reply.httpStatus === 200 ? done : answerOf(reply, nothing);
    },
  };
}

const done = { ok: true, value: undefined } as const;

/** Takes any data and makes nothing of it; `null` because `undefined` means that it could not be read. */
function nothing(): null {
  return null;
}

function says(reply: WuzapiReply, words: string): boolean {
  return reply.kind === 'error' && reply.words.toLowerCase().startsWith(words);
}

function answerOf<T extends object>(
  reply: WuzapiReply,
  read: (data: unknown) => T | undefined,
): GatewayAnswer<T>;
function answerOf(reply: WuzapiReply, read: () => null): GatewayAnswer<undefined>;
function answerOf(
  reply: WuzapiReply,
  read: (data: unknown) => object | null | undefined,
): GatewayAnswer<object | undefined> {
  switch (reply.kind) {
    case 'ok': {
      const value = read(reply.data);
      if (value === null) return done;
      return value === undefined
        ? { ok: false, isFinal: false, detail: 'an answer that cannot be read' }
        : { ok: true, value };
    }
    case 'error':
      return {
        ok: false,
        isFinal: reply.httpStatus >= 400 && reply.httpStatus < 500,
        detail: reply.words.slice(0, 200),
      };
    case 'unreadable':
      return {
        ok: false,
        isFinal: [401, 403, 404, 405].includes(reply.httpStatus),
        detail: `status ${reply.httpStatus} from something that is no gateway`,
      };
    case 'not_written':
    case 'lost':
      return { ok: false, isFinal: reply.code === 'request_invalid', detail: reply.code };
    default:
      return reply satisfies never;
  }
}
