import { createHmac } from 'node:crypto';
import type { HttpExchange, HttpOutcome } from '../http/http-exchange.ts';
import type { Secret } from '../secret.ts';
import { jsonOf } from '../json-of.ts';
import type { CloudAccount } from './cloud-account.ts';
import { type GraphError, graphErrorOf } from './graph-error.ts';
import { retryAfterMsOf } from './retry-after.ts';

/** One call of the Graph API. */
export interface GraphCall {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Parts of the path after the version; each is encoded. */
  readonly path: readonly string[];
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: { readonly type: string; readonly bytes: Uint8Array };
  readonly signal: AbortSignal;
  /** As in `SendOptions`. */
  readonly notAfterMs: number;
}

/** What came of a call. `not_written` and `lost` as in `HttpOutcome`; `unreadable`: an answer that makes no sense. */
export type GraphReply =
  | { readonly kind: 'ok'; readonly value: unknown }
  | { readonly kind: 'error'; readonly error: GraphError; readonly waitMs: number | undefined }
  | { readonly kind: 'unreadable'; readonly httpStatus: number; readonly waitMs: number | undefined }
  | Exclude<HttpOutcome, { readonly kind: 'answered' }>;

/** Speaks to the Graph API for any account. */
export interface GraphClient {
  /** Never rejects. */
  call(account: CloudAccount, call: GraphCall): Promise<GraphReply>;
}

export interface GraphClientOptions {
  /** Default `https://graph.facebook.com`. */
  readonly baseUrl?: string;
  /** Default `v25.0`. */
  readonly version?: string;
}

/** Opens nothing; the exchange does, and is closed by whoever made it. */
export function createGraphClient(
  deps: { readonly exchange: HttpExchange },
  options: GraphClientOptions = {},
): GraphClient {
  const base = (options.baseUrl ?? 'https://graph.facebook.com').replace(/\/+$/, '');
  const version = options.version ?? 'v25.0';
  const proofs = new WeakMap<CloudAccount, string>();
  /** The same for every request of an account, as long as it is the same. */
  const proofOf = (account: CloudAccount, appSecret: Secret): string => {
    const known = proofs.get(account);
    if (known !== undefined) return known;
    const proof = createProof(account.accessToken.reveal(), appSecret.reveal());
    proofs.set(account, proof);
    return proof;
  };
  return {
    async call(account, call) {
      const url = new URL([base, version, ...call.path.map(encodeURIComponent)].join('/'));
      for (const [name, value] of Object.entries(call.query ?? {})) url.searchParams.set(name, value);
      if (account.appSecret !== undefined) {
        url.searchParams.set('appsecret_proof', proofOf(account, account.appSecret));
      }
      const outcome = await deps.exchange.send({
        method: call.method,
        url,
        headers: {
          authorization: `Bearer ${account.accessToken.reveal()}`,
          accept: 'application/json',
          ...(call.body === undefined
            ? {}
            : { 'content-type': call.body.type, 'content-length': String(call.body.bytes.byteLength) }),
        },
        ...(call.body === undefined ? {} : { body: call.body.bytes }),
        signal: call.signal,
        notAfterMs: call.notAfterMs,
      });
      return outcome.kind === 'answered' ? read(outcome) : outcome;
    },
  };
}

/** https://developers.facebook.com/docs/graph-api/guides/secure-requests#generate-the-proof */
function createProof(accessToken: string, appSecret: string): string {
  return createHmac('sha256', appSecret).update(accessToken).digest('hex');
}

function read(reply: Extract<HttpOutcome, { kind: 'answered' }>): GraphReply {
  const { status } = reply;
  const waitMs = retryAfterMsOf(reply.header);
  const value = jsonOf(reply.body);
  // Some errors come with status 200: the object decides.
  const error = graphErrorOf(status, value);
  if (error !== undefined) return { kind: 'error', error, waitMs };
  if (status >= 200 && status < 300 && value !== undefined) return { kind: 'ok', value };
  return { kind: 'unreadable', httpStatus: status, waitMs };
}
