import { hash } from 'node:crypto';
import type { ReceivedWebhook } from './store-webhooks.ts';

/** A row for the inbox. */
export interface InboxEntry {
  readonly connectionId: string;
  readonly kind: 'status' | 'statuses' | 'receive';
  readonly digest: Buffer;
  readonly bodies: readonly Buffer[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** Of a pack; what is longer is a row of its own. */
const maxPackBytes = 256 * 1_024;

/**
 * Webhooks of one tenant as rows, the same bytes once: statuses that came together to one connection are a pack,
 * everything else is by itself. A pack is taken, read and deleted at the price of one row.
 */
export function packWebhooks(webhooks: readonly ReceivedWebhook[]): InboxEntry[] {
  const entries: InboxEntry[] = [];
  const packs = new Map<string, Map<string, Buffer>>();
  for (const webhook of webhooks) {
    if (webhook.kind !== 'status' || webhook.headers !== undefined) entries.push(single(webhook));
    else packOf(packs, webhook.connectionId).set(hash('sha256', webhook.body, 'base64'), webhook.body);
  }
  for (const [connectionId, pack] of packs) {
    for (const bodies of partsOf([...pack.values()])) entries.push(packed(connectionId, bodies));
  }
  return entries;
}

/** The bodies of a row of the inbox, in the order they came. */
export function unpackBodies({
  body,
  lengths,
}: {
  body: Buffer;
  lengths: readonly number[] | null;
}): Buffer[] {
  if (lengths === null) return [body];
  let at = 0;
  return lengths.map((length) => body.subarray(at, (at += length)));
}

function packOf(packs: Map<string, Map<string, Buffer>>, connectionId: string): Map<string, Buffer> {
  const pack = packs.get(connectionId) ?? new Map<string, Buffer>();
  packs.set(connectionId, pack);
  return pack;
}

function* partsOf(bodies: readonly Buffer[]): Generator<readonly Buffer[]> {
  let part: Buffer[] = [];
  let bytes = 0;
  for (const body of bodies) {
    if (part.length > 0 && bytes + body.length > maxPackBytes) {
      yield part;
      part = [];
      bytes = 0;
    }
    part.push(body);
    bytes += body.length;
  }
  if (part.length > 0) yield part;
}

function packed(connectionId: string, bodies: readonly Buffer[]): InboxEntry {
  const [only] = bodies;
  if (bodies.length === 1 && only !== undefined) return single({ connectionId, kind: 'status', body: only });
  return { connectionId, kind: 'statuses', digest: digestOf(Buffer.concat(bodies)), bodies };
}

function single({ connectionId, kind, body, headers }: Omit<ReceivedWebhook, 'tenantId'>): InboxEntry {
  const more = headers === undefined ? {} : { headers };
  return { connectionId, kind, digest: digestOf(body), bodies: [body], ...more };
}

function digestOf(bytes: Buffer): Buffer {
  return hash('sha256', bytes, 'buffer');
}
