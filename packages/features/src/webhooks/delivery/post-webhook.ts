import type { IncomingMessage, RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import { nodeHttp } from '@zaphub/providers';
import { checkUrl } from '../target/check-url.ts';
import { ForbiddenAddressError, guardedLookup, type Resolve } from '../target/guarded-lookup.ts';
import type { WebhookTargets } from '../../routing/index.ts';
import { readExcerpt } from './read-excerpt.ts';
import { retryAfterMs } from './retry-after.ts';

/** One request to a tenant's own system. */
export interface WebhookCall {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Why a request was no success. */
export type CallFailure =
  | 'address_refused'
  | 'private_address'
  | 'name_not_found'
  | 'connection_refused'
  | 'connection_lost'
  | 'certificate'
  | 'timeout'
  | 'redirect'
  | 'http_status'
  | 'stopped';

/** What became of a request. */
export interface CallResult {
  /** Absent when no answer came. */
  readonly status: number | undefined;
  /** Absent for a success: an answer from 200 to 299. */
  readonly error: CallFailure | undefined;
  /** The first bytes of the answer, as text that can be stored. */
  readonly response: string | undefined;
  /** How long the receiver asked to be left alone; absent when it did not. */
  readonly retryAfterMs: number | undefined;
  readonly durationMs: number;
}

/** Settings of {@link postWebhook}. */
export interface PostOptions {
  readonly rules: WebhookTargets;
  /** Milliseconds for the whole of it: name, connection, request and the beginning of the answer. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly resolve?: Resolve;
  /** PEM of authorities to trust instead of the usual ones. */
  readonly ca?: string;
}

/**
 * Posts once, over a connection of its own, to an address that was checked where the connection is made. Follows no
 * redirect, uses no proxy of the environment, reads no more than the beginning of the answer. Never rejects.
 */
export async function postWebhook(call: WebhookCall, options: PostOptions): Promise<CallResult> {
  const startedAt = performance.now();
  const ended = (result: Partial<CallResult>): CallResult => ({
    status: undefined,
    error: undefined,
    response: undefined,
    retryAfterMs: undefined,
    ...result,
    durationMs: Math.round(performance.now() - startedAt),
  });
  // What is stored was checked when it was stored; the rules may be others since.
  const checked = checkUrl(call.url, options.rules);
  if ('problem' in checked) {
    return ended({ error: checked.problem === 'private_address' ? 'private_address' : 'address_refused' });
  }
  const timeout = AbortSignal.timeout(options.timeoutMs);
  const signal = AbortSignal.any([options.signal, timeout]);
  try {
    const response = await send(checked.url, call, { ...options, signal });
    const status = response.statusCode ?? 0;
    return ended({
      status,
      error: failureOf(status),
      retryAfterMs: retryAfterMs(response.headers['retry-after'], Date.now()),
      response: await readExcerpt(response),
    });
  } catch (error) {
    if (options.signal.aborted) return ended({ error: 'stopped' });
    return ended({ error: timeout.aborted ? 'timeout' : causeOf(error) });
  }
}

function send(url: URL, call: WebhookCall, options: PostOptions): Promise<IncomingMessage> {
  const body = Buffer.from(call.body, 'utf8');
  const settings: RequestOptions & { ca?: string } = {
    method: 'POST',
    headers: { ...call.headers, 'content-length': body.length },
    // A connection of its own: one that is kept was checked for another request.
    agent: false,
    lookup: guardedLookup(options.rules, options.resolve),
    signal: options.signal,
    ...(options.ca === undefined ? {} : { ca: options.ca }),
  };
  return new Promise((resolve, reject) => {
    const open = url.protocol === 'https:' ? requestHttps : nodeHttp.request;
    const sent = open(url, settings, resolve);
    sent.on('error', reject);
    // The offer of another protocol is neither an answer nor an error: the connection only closes.
    sent.on('close', () => reject(new Error('the connection was closed without an answer')));
    sent.end(body);
  });
}

function failureOf(status: number): CallFailure | undefined {
  if (status >= 200 && status < 300) return undefined;
  return status >= 300 && status < 400 ? 'redirect' : 'http_status';
}

function causeOf(error: unknown): CallFailure {
  if (error instanceof ForbiddenAddressError) return 'private_address';
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'ENODATA') return 'name_not_found';
  if (/^E(CONNREFUSED|HOSTUNREACH|NETUNREACH|ADDRNOTAVAIL)$/.test(code)) return 'connection_refused';
  if (code === 'ETIMEDOUT') return 'timeout';
  if (/CERT|SSL|TLS|SELF_SIGNED|ALTNAME|EPROTO/.test(code)) return 'certificate';
  return 'connection_lost';
}
