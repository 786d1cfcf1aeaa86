import { BatchProcessor } from '@zaphub/concurrency';
import { type Database, systemScope, type TenantScope, type Tx } from '@zaphub/db';
import type { Logger } from '@zaphub/telemetry';
import { AppError } from '@zaphub/types';
import { enqueue } from '../outbox/index.ts';
import { packWebhooks } from './pack-webhooks.ts';

/** A genuine webhook, as its bytes came. */
export interface ReceivedWebhook {
  readonly tenantId: string;
  readonly connectionId: string;
  readonly kind: 'status' | 'receive';
  readonly body: Buffer;
  /** What its source needs to read it; absent: nothing. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Takes webhooks over for good. */
export interface WebhookStore {
  /**
   * Resolves when it is durable; rejects when it is not, and must come again. Copies that come together are one.
   * @throws AppError `unavailable`, also when too many wait
   */
  store(webhook: ReceivedWebhook): Promise<void>;
  /** Stores what was accepted and takes no more. */
  close(): Promise<void>;
}

const maxBatch = 500;
const maxBatchBytes = 8 * 1_024 * 1_024;
const maxWaitMs = 15;
/** Accepted and not durable yet; whoever comes beyond is asked to come again. */
const mostWaiting = 20 * maxBatch;
const mostWaitingBytes = 8 * maxBatchBytes;
/** Batches under way at once: while one is committed, the next is sent. */
const concurrency = 3;
/** A connection's bell is rung so often at most. Whoever wrote waits for an answer; a receipt is only looked at. */
const ringEveryMs = { status: 400, receive: 100 } as const;

/** All bodies are one value, and all digests: arrays of bytes would travel as text, and be read letter by letter. */
const insert = `
insert into webhook_inbox (tenant_id, connection_id, kind, digest, body, headers, lengths)
select $1, r.connection_id, r.kind, substring($5::bytea from (r.nth::int - 1) * 32 + 1 for 32),
  substring($6::bytea from r.start for r.length), r.headers, r.lengths::int[]
from unnest($2::uuid[], $3::text[], $4::jsonb[], $7::int[], $8::int[], $9::text[]) with ordinality
  as r (connection_id, kind, headers, start, length, lengths, nth)
on conflict on constraint webhook_inbox_once do nothing`;

/**
 * What arrives within a few milliseconds is one insert a tenant, committed before anybody is answered. Whoever works
 * on it is rung for in the same transaction, a few times a second at most: then once more behind the last one.
 */
export function createWebhookStore(deps: { readonly db: Database; readonly logger: Logger }): WebhookStore {
  const bells = createBells(deps);
  const storing = new BatchProcessor<ReceivedWebhook>({
    process: async (batch) => {
      await Promise.all(
        [...groupByTenant(batch)].map(([tenantId, webhooks]) => {
          const scope = systemScope(tenantId);
          return deps.db.tenant(scope, (tx) => storeBatch(tx, scope, webhooks, bells));
        }),
      );
    },
    maxSize: maxBatch,
    maxBytes: maxBatchBytes,
    sizeOf: ({ body }) => body.length,
    maxWaitMs,
    concurrency,
    maxPending: mostWaiting,
  });
  let waitingBytes = 0;
  return {
    async store(webhook) {
      if (storing.pending >= mostWaiting || waitingBytes > mostWaitingBytes)
        throw new AppError('unavailable', 'too many webhooks wait to be stored');
      waitingBytes += webhook.body.length;
      try {
        await storing.add(webhook);
      } finally {
        waitingBytes -= webhook.body.length;
      }
    },
    async close() {
      await storing.close();
      await bells.close();
    },
  };
}

async function storeBatch(
  tx: Tx,
  scope: TenantScope,
  webhooks: readonly ReceivedWebhook[],
  bells: Bells,
): Promise<void> {
  const rings = bells.due(webhooks);
  const entries = packWebhooks(webhooks);
  const lengths = entries.map(({ bodies }) => bodies.reduce((sum, body) => sum + body.length, 0));
  let end = 1;
  await tx.prepared('store_webhooks', insert, [
    scope.tenantId,
    entries.map((one) => one.connectionId),
    entries.map((one) => one.kind),
    entries.map((one) => (one.headers === undefined ? null : JSON.stringify(one.headers))),
    Buffer.concat(entries.map((one) => one.digest)),
    Buffer.concat(entries.flatMap((one) => one.bodies)),
    lengths.map((length) => (end += length) - length),
    lengths,
    entries.map(({ kind, bodies }) =>
      kind === 'statuses' ? `{${bodies.map((body) => body.length).join(',')}}` : null,
    ),
  ]);
  for (const bell of rings) await ring(tx, scope, bell);
}

type Bell = Pick<ReceivedWebhook, 'tenantId' | 'connectionId' | 'kind'>;

function ring(tx: Tx, scope: TenantScope, { tenantId, connectionId, kind }: Bell): Promise<void> {
  const job = kind === 'status' ? 'message.status' : 'message.receive';
  return enqueue(tx, scope, job, { tenantId, connectionId });
}

interface Bells {
  /** Which bells are rung with these webhooks; the others are rung a moment later. */
  due(webhooks: readonly ReceivedWebhook[]): readonly Bell[];
  close(): Promise<void>;
}

/** Rings at once when it was quiet, and otherwise when a connection's time has come again. */
function createBells({ db, logger }: { readonly db: Database; readonly logger: Logger }): Bells {
  const rung = new Map<string, { readonly atMs: number; later: NodeJS.Timeout | undefined }>();
  const ringing = new Set<Promise<void>>();

  const ringLater = (key: string, bell: Bell, waitMs: number): NodeJS.Timeout =>
    setTimeout(() => {
      rung.set(key, { atMs: performance.now(), later: undefined });
      const scope = systemScope(bell.tenantId);
      const done = db
        .tenant(scope, (tx) => ring(tx, scope, bell))
        .catch((error: unknown) =>
          logger.debug('a bell for webhooks was not rung; the reconciler does', { error }),
        )
        .finally(() => ringing.delete(done));
      ringing.add(done);
    }, waitMs);

  return {
    due(webhooks) {
      const nowMs = performance.now();
      const bells = new Map(webhooks.map((one): [string, Bell] => [`${one.connectionId} ${one.kind}`, one]));
      return [...bells].flatMap(([key, bell]) => {
        const last = rung.get(key);
        const waitMs = last === undefined ? 0 : last.atMs + ringEveryMs[bell.kind] - nowMs;
        if (last === undefined || waitMs <= 0) {
          clearTimeout(last?.later);
          rung.delete(key);
          rung.set(key, { atMs: nowMs, later: undefined });
          forgetOldest(rung);
          return [bell];
        }
        last.later ??= ringLater(key, bell, waitMs);
        return [];
      });
    },
    async close() {
      for (const { later } of rung.values()) clearTimeout(later);
      await Promise.all(ringing);
    },
  };
}

const maxBells = 10_000;

function forgetOldest(rung: Map<string, { readonly later: NodeJS.Timeout | undefined }>): void {
  if (rung.size <= maxBells) return;
  for (const [key, { later }] of rung) {
    if (later !== undefined) continue;
    rung.delete(key);
    return;
  }
}

function groupByTenant(batch: readonly ReceivedWebhook[]): ReadonlyMap<string, readonly ReceivedWebhook[]> {
  const groups = new Map<string, ReceivedWebhook[]>();
  for (const webhook of batch) {
    const group = groups.get(webhook.tenantId);
    if (group === undefined) groups.set(webhook.tenantId, [webhook]);
    else group.push(webhook);
  }
  return groups;
}
