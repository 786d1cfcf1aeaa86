import type { WebhookHeaders, WebhookSource } from '@zaphub/providers';
import { fromPublicId } from '@zaphub/types';
import type { ConnectionAccount, ConnectionAccounts } from './connection-accounts.ts';
import type { WebhookStore } from './store-webhooks.ts';

/** A request to a webhook's address. */
export interface WebhookRequest {
  readonly method: string;
  /** The two parts of the address: the kind of connection, and its public id. */
  readonly provider: string;
  readonly connectionId: string;
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly headers: WebhookHeaders;
  /** Reads the body; `undefined` when it is longer than `maxBytes`. */
  body(maxBytes: number): Promise<Buffer | undefined>;
}

/**
 * What is answered. `challenge`: the text, to a network that asks whether the address is ours. `taken`: durable, never
 * to be sent again. `unknown`: no such address; `forged`: not from the network.
 */
export type WebhookAnswer =
  | { readonly kind: 'challenge'; readonly text: string }
  | { readonly kind: 'taken' | 'unknown' | 'forbidden' | 'forged' | 'too_large' };

export interface WebhookDoorDeps {
  readonly accounts: Pick<ConnectionAccounts, 'find'>;
  readonly store: Pick<WebhookStore, 'store'>;
  readonly sources: readonly WebhookSource[];
}

/**
 * Where networks knock. A connection that does not exist, is of another kind or was deleted answers like an address
 * that never was. What is genuine is stored before it is answered, and read later.
 *
 * @throws AppError `unavailable` when it cannot be stored now: the network brings it again
 */
export function createWebhookDoor(
  deps: WebhookDoorDeps,
): (request: WebhookRequest) => Promise<WebhookAnswer> {
  const sources = new Map<string, WebhookSource>(deps.sources.map((source) => [source.provider, source]));
  return async (request) => {
    const source = sources.get(request.provider);
    const connectionId = fromPublicId('connection', request.connectionId);
    if (source === undefined || connectionId === undefined) return { kind: 'unknown' };
    const account = await deps.accounts.find(connectionId);
    if (account === undefined || account.provider !== source.provider) return { kind: 'unknown' };
    return request.method === 'GET'
      ? greet(source, account, request)
      : take(deps, source, { account, request });
  };
}

function greet(
  source: WebhookSource,
  { secrets }: ConnectionAccount,
  { query }: WebhookRequest,
): WebhookAnswer {
  if (source.challenge === undefined) return { kind: 'unknown' };
  const text = source.challenge(query, secrets);
  return text === undefined ? { kind: 'forbidden' } : { kind: 'challenge', text };
}

async function take(
  { store }: WebhookDoorDeps,
  source: WebhookSource,
  { account, request }: { readonly account: ConnectionAccount; readonly request: WebhookRequest },
): Promise<WebhookAnswer> {
  const body = await request.body(source.maxBytes);
  if (body === undefined) return { kind: 'too_large' };
  if (!source.isGenuine(body, request.headers, account.secrets)) return { kind: 'forged' };
  const { tenantId, connectionId } = account;
  const headers = keptHeaders(source, request.headers);
  await store.store({ tenantId, connectionId, kind: source.kindOf(body), body, ...headers });
  return { kind: 'taken' };
}

function keptHeaders(
  { keeps = [] }: WebhookSource,
  headers: WebhookHeaders,
): { headers?: Record<string, string> } {
  const kept = keeps.flatMap((name): [string, string][] => {
    const value = headers[name];
    return value === undefined ? [] : [[name, value]];
  });
  return kept.length === 0 ? {} : { headers: Object.fromEntries(kept) };
}
