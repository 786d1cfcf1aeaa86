import { z } from 'zod';
import type { HttpExchange, HttpOutcome } from '../http/http-exchange.ts';
import { jsonOf } from '../json-of.ts';
import type { WuzapiAccount } from './wuzapi-account.ts';

/** One call of a gateway. */
export interface WuzapiCall {
  readonly method: 'GET' | 'POST';
  /** Begins with a slash, such as `/session/status`. */
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
  /** As in `SendOptions`. */
  readonly notAfterMs: number;
}

/**
 * What came of a call. `error`: the gateway itself refused, in its own words. `unreadable`: an answer that is not the
 * gateway's, such as a proxy's page. `not_written` and `lost` as in `HttpOutcome`.
 */
export type WuzapiReply =
  | { readonly kind: 'ok'; readonly data: unknown }
  | { readonly kind: 'error'; readonly httpStatus: number; readonly words: string }
  | { readonly kind: 'unreadable'; readonly httpStatus: number; readonly waitMs: number | undefined }
  | Exclude<HttpOutcome, { readonly kind: 'answered' }>;

/** Speaks to any gateway for any account. */
export interface WuzapiClient {
  /** Never rejects. */
  call(account: WuzapiAccount, call: WuzapiCall): Promise<WuzapiReply>;
}

const envelope = z.union([
  z.object({ success: z.literal(true), data: z.unknown() }),
  z.object({ success: z.literal(false), error: z.string() }),
]);

/** Opens nothing; the exchange does, and is closed by whoever made it. Redirects are not followed. */
export function createWuzapiClient(deps: { readonly exchange: HttpExchange }): WuzapiClient {
  return {
    async call(account, { method, path, body, signal, notAfterMs }) {
      const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
      const outcome = await deps.exchange.send({
        method,
        url: new URL(account.baseUrl.replace(/\/+$/, '') + path),
        headers: {
          token: account.token.reveal(),
          accept: 'application/json',
          ...(bytes === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': String(bytes.byteLength) }),
        },
        ...(bytes === undefined ? {} : { body: bytes }),
        signal,
        notAfterMs,
      });
      return outcome.kind === 'answered' ? read(outcome) : outcome;
    },
  };
}

function read({ status, body, header }: Extract<HttpOutcome, { kind: 'answered' }>): WuzapiReply {
  const answer = envelope.safeParse(jsonOf(body));
  if (answer.success && !answer.data.success) {
    return { kind: 'error', httpStatus: status, words: answer.data.error };
  }
  if (answer.success && answer.data.success && status >= 200 && status < 300) {
    return { kind: 'ok', data: answer.data.data };
  }
  const seconds = header('retry-after');
  const waitMs = seconds !== undefined && /^\d{1,6}$/.test(seconds) ? Number(seconds) * 1_000 : undefined;
  return { kind: 'unreadable', httpStatus: status, waitMs };
}
