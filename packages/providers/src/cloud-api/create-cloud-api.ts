import { z } from 'zod';
import { createHttpExchange, type HttpExchangeOptions } from '../http/http-exchange.ts';
import type {
  Provider,
  Receipt,
  ReceiptListener,
  SendOptions,
  SendOutcome,
  SendRequest,
} from '../provider.ts';
import { outcomeOfError } from './classify.ts';
import type { CloudAccount } from './cloud-account.ts';
import {
  createGraphClient,
  type GraphClient,
  type GraphClientOptions,
  type GraphReply,
} from './graph-client.ts';
import { cloudLimits, messageBodyOf } from './message-body.ts';

export interface CloudApiDeps {
  /** The account behind a connection; `undefined` when there is none (any more). Called for each message: cache it. */
  readonly accountFor: (connectionId: string) => Promise<CloudAccount | undefined> | CloudAccount | undefined;
}

export interface CloudApiOptions extends GraphClientOptions {
  /** Requests of one number under way at once; default 40, which reaches 80 a second at half a second each. */
  readonly maxInFlight?: number;
  readonly http?: HttpExchangeOptions;
}

/** The Cloud API as a provider, and the client under it for templates and media. */
export interface CloudApi extends Provider {
  readonly graph: GraphClient;
  /**
   * Hands receipts that came by webhook to the listener. Resolves when it has taken them over; rejects when it has
   * not, or when nobody listens: whoever stored the webhook brings them again.
   */
  takeReceipts(receipts: readonly Receipt[]): Promise<void>;
}

const sentReply = z.object({
  messages: z.tuple(
    [z.object({ id: z.string().min(1), message_status: z.string().optional() })],
    z.unknown(),
  ),
  // Only a hint: an answer without it is as good.
  contacts: z
    .tuple([z.object({ wa_id: z.string().regex(/^\d{5,20}$/) })], z.unknown())
    .optional()
    .catch(undefined),
});

/** A number without an account is tried again after so long. */
const noAccountMs = 15 * 60_000;

/** Opens nothing until the first message. */
export function createCloudApi(deps: CloudApiDeps, options: CloudApiOptions = {}): CloudApi {
  const exchange = createHttpExchange(options.http);
  const graph = createGraphClient({ exchange }, options);
  let listener: ReceiptListener | undefined;
  let isClosed = false;

  const send = async (request: SendRequest, { signal, notAfterMs }: SendOptions): Promise<SendOutcome> => {
    if (isClosed) return { kind: 'not_sent', code: 'closed' };
    const message = messageBodyOf(request);
    if (!message.ok) {
      return { kind: 'refused', code: 'message_invalid', error: { details: message.details } };
    }
    const account = await accountOf(deps, request.sender);
    if (account === undefined) {
      const effect = 'pause_connection';
      return { kind: 'not_sent', code: 'account_missing', effect, retryAfterMs: noAccountMs };
    }
    const reply = await graph.call(account, {
      method: 'POST',
      path: [account.phoneNumberId, 'messages'],
      body: { type: 'application/json', bytes: Buffer.from(JSON.stringify(message.body)) },
      signal,
      notAfterMs,
    });
    return outcomeOf(reply, request.attempt);
  };

  return {
    name: 'cloud-api',
    abilities: {
      deduplicates: false,
      receipts: true,
      maxInFlight: options.maxInFlight ?? 40,
      contents: ['text', 'media', 'template', 'buttons'],
      inbound: true,
      limits: cloudLimits,
    },
    graph,
    send,
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
    async close() {
      isClosed = true;
      listener = undefined;
      await exchange.close();
    },
  };
}

/** An account that cannot be looked up is not there for now: nothing has left. */
async function accountOf(deps: CloudApiDeps, connectionId: string): Promise<CloudAccount | undefined> {
  try {
    return await deps.accountFor(connectionId);
  } catch {
    return undefined;
  }
}

function outcomeOf(reply: GraphReply, attempt: number): SendOutcome {
  switch (reply.kind) {
    case 'ok': {
      const sent = sentReply.safeParse(reply.value);
      return sent.success ? sentOf(sent.data) : { kind: 'unknown', code: 'unreadable_reply' };
    }
    case 'error':
      return outcomeOfError(reply.error, { waitMs: reply.waitMs, attempt });
    case 'unreadable': {
      const { httpStatus, waitMs } = reply;
      const error = { httpStatus };
      // Too many requests is certain by itself: it is said before a request is looked at.
      if (httpStatus === 429) {
        const retryAfterMs = waitMs ?? 1_000;
        return { kind: 'not_sent', code: 'throttled', retryAfterMs, effect: 'slow_down', error };
      }
      return { kind: 'unknown', code: httpStatus >= 500 ? 'server_error' : 'unreadable_reply', error };
    }
    case 'not_written':
      return { kind: 'not_sent', code: reply.code === 'aborted' ? 'not_started' : reply.code };
    case 'lost':
      return { kind: 'unknown', code: reply.code };
    default:
      return reply satisfies never;
  }
}

function sentOf({ messages: [message], contacts }: z.infer<typeof sentReply>): SendOutcome {
  const isHeld = message.message_status !== undefined && message.message_status !== 'accepted';
  return {
    kind: 'sent',
    providerMessageId: message.id,
    ...(contacts === undefined ? {} : { reachedAs: `+${contacts[0].wa_id}` }),
    ...(isHeld ? { isHeld } : {}),
  };
}
