import { z } from 'zod';
import { createHttpExchange, type HttpExchangeOptions } from '../http/http-exchange.ts';
import type { Receipt, ReceiptListener, SendOptions, SendOutcome, SendRequest } from '../provider.ts';
import type { SessionEvent, SessionProvider } from '../session.ts';
import { outcomeOfReply } from './classify.ts';
import { isCallable } from './gateway-address.ts';
import { messageOf } from './message-body.ts';
import { openWuzapiSession } from './session/open-session.ts';
import type { SessionPace, WatchedSession } from './session/watched-session.ts';
import type { WuzapiAccount } from './wuzapi-account.ts';
import { createWuzapiClient } from './wuzapi-client.ts';

export interface WuzapiDeps {
  /** The account behind a connection; `undefined` when there is none (any more). Called for each message: cache it. */
  readonly accountFor: (
    connectionId: string,
  ) => Promise<WuzapiAccount | undefined> | WuzapiAccount | undefined;
  /** Where the gateway is to send a connection's webhooks; absent: what is set at the gateway is left alone. */
  readonly webhookUrlFor?: (connectionId: string) => string | undefined;
}

export interface WuzapiOptions {
  /** Hosts at which gateways may be, with or without a port; absent: anywhere but where clouds keep their secrets. */
  readonly hosts?: readonly string[];
  /**
   * Requests of one number under way at once; default 2: the gateway sends one message of a number after the other,
   * and what waits there uses up its time.
   */
  readonly maxInFlight?: number;
  readonly http?: HttpExchangeOptions;
  readonly session?: Partial<SessionPace>;
}

/** A WuzAPI gateway as a provider; any number of gateways, one account each connection. */
export interface Wuzapi extends SessionProvider {
  /**
   * Hands receipts that came by webhook to the listener. Resolves when it has taken them over; rejects when it has
   * not, or when nobody listens: whoever stored the webhook brings them again.
   */
  takeReceipts(receipts: readonly Receipt[]): Promise<void>;
  /** Tells an open session what a webhook said about it, sooner than it would ask. `false`: it is not open here. */
  takeSessionEvent(connectionId: string, event: SessionEvent): boolean;
}

const sentReply = z.object({ Id: z.string().min(1) });

/** A number without an account is tried again after so long. */
const noAccountMs = 15 * 60_000;

/** Opens nothing until the first message or session. */
export function createWuzapi(deps: WuzapiDeps, options: WuzapiOptions = {}): Wuzapi {
  const exchange = createHttpExchange(options.http);
  const client = createWuzapiClient({ exchange });
  const sessions = new Map<string, WatchedSession>();
  let listener: ReceiptListener | undefined;
  let isClosed = false;

  const send = async (request: SendRequest, { signal, notAfterMs }: SendOptions): Promise<SendOutcome> => {
    if (isClosed) return { kind: 'not_sent', code: 'closed' };
    const message = messageOf(request);
    if (!message.ok) {
      return { kind: 'refused', code: 'message_invalid', error: { details: message.details } };
    }
    const account = await accountOf(deps, request.sender);
    if (account === undefined) {
      const effect = 'pause_connection';
      return { kind: 'not_sent', code: 'account_missing', effect, retryAfterMs: noAccountMs };
    }
    if (!isCallable(account.baseUrl, options.hosts)) {
      const effect = 'pause_connection';
      return { kind: 'not_sent', code: 'gateway_not_allowed', effect, retryAfterMs: noAccountMs };
    }
    const { path, body } = message;
    const reply = await client.call(account, { method: 'POST', path, body, signal, notAfterMs });
    if (reply.kind !== 'ok') return outcomeOfReply(reply, request.attempt);
    const sent = sentReply.safeParse(reply.data);
    return sent.success
      ? { kind: 'sent', providerMessageId: sent.data.Id }
      : { kind: 'unknown', code: 'unreadable_reply' };
  };

  return {
    name: 'wuzapi',
    sessionPlace: 'gateway',
    abilities: {
      // The id is ours, but nobody promises that a second message with it is dropped: see the README.
      deduplicates: false,
      receipts: true,
      maxInFlight: options.maxInFlight ?? 2,
      contents: ['text', 'media'],
      inbound: true,
    },
    send,
    async openSession(opened) {
      const session = await openWuzapiSession(
        { client, hosts: options.hosts, webhookUrl: deps.webhookUrlFor?.(opened.connectionId) },
        opened,
        options.session,
      );
      await sessions.get(opened.connectionId)?.close();
      sessions.set(opened.connectionId, session);
      return {
        ping: (signal) => session.ping(signal),
        logout: (signal) => session.logout(signal),
        async close() {
          if (sessions.get(opened.connectionId) === session) sessions.delete(opened.connectionId);
          await session.close();
        },
      };
    },
    onReceipt(taker) {
      listener = taker;
      return () => {
        if (listener === taker) listener = undefined;
        return Promise.resolve();
      };
    },
    takeReceipts(receipts) {
      if (receipts.length === 0) return Promise.resolve();
      return listener?.(receipts) ?? Promise.reject(new Error('nobody takes receipts'));
    },
    takeSessionEvent(connectionId, event) {
      const session = sessions.get(connectionId);
      session?.take(event);
      return session !== undefined;
    },
    async close() {
      isClosed = true;
      listener = undefined;
      await Promise.all([...sessions.values()].map((session) => session.close()));
      sessions.clear();
      await exchange.close();
    },
  };
}

/** An account that cannot be looked up is not there for now: nothing has left. */
async function accountOf(deps: WuzapiDeps, connectionId: string): Promise<WuzapiAccount | undefined> {
  try {
    return await deps.accountFor(connectionId);
  } catch {
    return undefined;
  }
}
