import { setTimeout as pause } from 'node:timers/promises';
import { type Database, isRetryableDatabaseError, systemScope, type TenantScope, type Tx } from '@zaphub/db';
import type { Inbound, WebhookNews, WebhookSource } from '@zaphub/providers';
import type { Logger } from '@zaphub/telemetry';
import { applyReceipts, type LedgerReceipt } from '../messages/index.ts';
import { type InboxRow, type RowKind, rowKinds, type WebhookLine } from './inbox-row.ts';
import { unpackBodies } from './pack-webhooks.ts';
import { listSenders, type Senders } from './senders.ts';
import { keepPoison, retryLater, takeApart } from './set-aside.ts';
import { takeNotices, type TakeSessionNews } from './take-notices.ts';

export interface WebhookWorkDeps {
  /** With the settings of `ledgerConnectionString`: receipts are written by it. */
  readonly db: Database;
  readonly sources: readonly WebhookSource[];
  /** Stores what people send, in the transaction; idempotent. */
  readonly storeInbound: (tx: Tx, scope: TenantScope, inbound: readonly Inbound[]) => Promise<unknown>;
  /** Hears what gateways say about the sessions of their numbers; absent: nobody wants to know. */
  readonly takeSessionNews?: TakeSessionNews;
  readonly logger: Logger;
  /** Told after each change of a campaign's numbers; must be cheap. */
  readonly onProgress?: (campaign: { readonly id: string; readonly tenantId: string }) => void;
}

/** Bodies; a batch ends with the pack that goes beyond this. */
const batchSize = 1_000;
/** Rows looked at for one; each is locked by that. */
const mostRows = { statuses: 100, status: batchSize, receive: batchSize } as const;
/** Some gateways send files within their webhooks: a batch ends with the body that goes beyond this. */
const batchBytes = 16 * 1_024 * 1_024;
/** One body may hold a thousand updates; statements take so many at once. */
const receiptsAtOnce = 5_000;
const inboundAtOnce = 300;
/*
 * Where so many came at once, more are on their way: what is gathered for a moment costs one statement, and what is said
 * of one message within it moves its row once.
 */
const floodSize = 50;
const gatherMs = 200;

/*
 * The rows go in the transaction that carries out what they say: both or neither. `after` keeps the look from passing
 * again and again over what was deleted a moment ago.
 */
const take = `
with next as materialized (
  select id, octet_length(body) as size_bytes, coalesce(cardinality(lengths), 1) as bodies from webhook_inbox
  where tenant_id = $1 and connection_id = $2 and kind = $3 and id > $4 and poison is null and due_at <= clock_timestamp()
    and ($6::bigint[] is null or id = any ($6))
  order by id limit $8 for update skip locked
), picked as materialized (
  select id from (
    select id, sum(size_bytes) over before as bytes_before, sum(bodies) over before as bodies_before
    from next window before as (order by id rows between unbounded preceding and 1 preceding)
  ) n
  where coalesce(bytes_before, 0) < $7 and coalesce(bodies_before, 0) < $5
)
delete from webhook_inbox w using picked p
where w.tenant_id = $1 and w.connection_id = $2 and w.kind = $3 and w.id = p.id
returning w.id, w.body, w.lengths, w.headers, w.attempts`;

/**
 * Works on what waits for a connection, batch by batch, until nothing is left or the signal aborts. Answers how many
 * webhooks it worked on and whether some may be left. A body that makes trouble is found by halving its batch, tried
 * again later, and at last kept with the reason; the others go on.
 *
 * @throws AppError `unavailable` while the database is away: nothing is lost by it
 */
export async function workWebhooks(
  deps: WebhookWorkDeps,
  line: WebhookLine,
  options: { readonly signal: AbortSignal; readonly maxMs?: number },
): Promise<{ readonly worked: number; readonly isMore: boolean }> {
  const source = await sourceOf(deps, line);
  if (source === undefined) return { worked: 0, isMore: false };
  const untilMs = performance.now() + (options.maxMs ?? Infinity);
  const places = rowKinds[line.kind].map((kind) => ({ kind, after: 0 }));
  let worked = 0;
  while (!options.signal.aborted && performance.now() < untilMs) {
    let count = 0;
    for (const place of places) {
      const done = await workBatch(deps, { line, source, ...place });
      place.after = done.lastId;
      count += done.count;
    }
    if (count === 0) return { worked, isMore: false };
    worked += count;
    if (count < floodSize || count >= batchSize) continue;
    await gather(options.signal);
    // What was stored late, under a number that the look has passed.
    for (const place of places) place.after = 0;
  }
  return { worked, isMore: true };
}

/** Whoever stops the work stops the wait. */
async function gather(signal: AbortSignal): Promise<void> {
  await pause(gatherMs, undefined, { signal }).catch(() => undefined);
}

async function sourceOf(deps: WebhookWorkDeps, line: WebhookLine): Promise<WebhookSource | undefined> {
  const row = await deps.db.tenant(systemScope(line.tenantId), (tx) =>
    tx.maybeOne<{ provider: string }>('select provider from connections where id = $1', [line.connectionId]),
  );
  return deps.sources.find(({ provider }) => provider === row?.provider);
}

interface Batch {
  readonly line: WebhookLine;
  readonly source: WebhookSource;
  readonly kind: RowKind;
  readonly after: number;
  /** Only these; absent: whatever comes next. */
  readonly ids?: readonly number[];
}

interface Worked {
  /** Bodies. */
  readonly count: number;
  readonly lastId: number;
}

async function workBatch(deps: WebhookWorkDeps, batch: Batch): Promise<Worked> {
  let rows: readonly InboxRow[] = [];
  let changed: ReadonlyMap<string, string> = new Map();
  try {
    const { tenantId, connectionId } = batch.line;
    const scope = systemScope(tenantId);
    await deps.db.tenant(scope, async (tx) => {
      rows = await tx.prepared<InboxRow>('take_webhooks', take, [
        tenantId,
        connectionId,
        batch.kind,
        batch.ids === undefined ? batch.after : 0,
        batchSize,
        batch.ids ?? null,
        batchBytes,
        mostRows[batch.kind],
      ]);
      changed = await carryOut(deps, { tx, scope, line: batch.line, source: batch.source, rows });
    });
  } catch (error) {
    if (isRetryableDatabaseError(error) || rows.length === 0) throw error;
    await isolate(deps, batch, { rows, error });
  }
  for (const [id, tenantId] of changed) deps.onProgress?.({ id, tenantId });
  const count = rows.reduce((sum, { lengths }) => sum + (lengths?.length ?? 1), 0);
  return { count, lastId: Math.max(batch.after, ...rows.map(({ id }) => id)) };
}

interface Work {
  readonly tx: Tx;
  readonly scope: TenantScope;
  readonly line: WebhookLine;
  readonly source: WebhookSource;
  readonly rows: readonly InboxRow[];
}

/** Does what the webhooks say; answers the campaigns whose numbers changed. */
async function carryOut(deps: WebhookWorkDeps, work: Work): Promise<ReadonlyMap<string, string>> {
  const { tx, scope, line, source, rows } = work;
  if (rows.length === 0) return new Map();
  const all = rows.flatMap((row) =>
    unpackBodies(row).map((body) => ({ row, body, news: source.parse(body, row.headers ?? {}) })),
  );
  const senders = await listSenders(
    tx,
    line,
    all.some(({ news }) => needsSenders(news)),
  );
  const receipts = all.flatMap(({ news }) => receiptsOf(news));
  const inbound = all.flatMap(({ news }) => inboundOf(news, senders));
  const changed = new Map<string, string>();
  for (const part of partsOf(receipts, receiptsAtOnce)) {
    for (const [id, tenantId] of await applyReceipts(tx.prepared, part)) changed.set(id, tenantId);
  }
  for (const part of partsOf(inbound, inboundAtOnce)) await deps.storeInbound(tx, scope, part);
  await takeNotices(tx, scope, {
    connectionId: line.connectionId,
    senders,
    account: all.flatMap(({ news }) => news.account),
    templates: all.flatMap(({ news }) => news.templates),
    takeSessionNews: deps.takeSessionNews,
  });
  for (const { row, body, news } of all) {
    const [part] = news.unknown;
    if (part === undefined) continue;
    await keepPoison(tx, line, { row, body, poison: 'not_understood', detail: `${part.path}: ${part.why}` });
    deps.logger.warn('a part of a webhook was not understood; it was kept', {
      connection: line.connectionId,
      part: part.path,
      why: part.why,
    });
  }
  return changed;
}

/** A batch that failed is done again in halves; a webhook that fails alone waits, or is left alone for good. */
async function isolate(
  deps: WebhookWorkDeps,
  batch: Batch,
  { rows, error }: { readonly rows: readonly InboxRow[]; readonly error: unknown },
): Promise<void> {
  const ids = rows.map(({ id }) => id);
  if (ids.length > 1) {
    const half = Math.ceil(ids.length / 2);
    for (const part of [ids.slice(0, half), ids.slice(half)]) await workBatch(deps, { ...batch, ids: part });
    return;
  }
  const [row] = rows;
  if (row === undefined) return;
  if (row.lengths === null) return retryLater(deps, batch, { row, error });
  await deps.db.tenant(systemScope(batch.line.tenantId), (tx) => takeApart(tx, batch.line, row));
}

function* partsOf<T>(list: readonly T[], size: number): Generator<readonly T[]> {
  for (let at = 0; at < list.length; at += size) yield list.slice(at, at + size);
}

/** Receipts that name a message of ours; those of other apps on the number say nothing here. */
function receiptsOf({ receipts }: WebhookNews): LedgerReceipt[] {
  return receipts.flatMap((receipt) =>
    receipt.messageId === undefined ? [] : [{ ...receipt, messageId: receipt.messageId }],
  );
}

function needsSenders({ inbound, account }: WebhookNews): boolean {
  return (
    inbound.some(({ sender }) => sender !== undefined) || account.some(({ sender }) => sender !== undefined)
  );
}

/** What people did, with the connection it came to; what came to a number that is not connected here is nobody's. */
function inboundOf({ inbound }: WebhookNews, senders: Senders): Inbound[] {
  return inbound.flatMap(({ sender, ...one }) => {
    const connectionId = senders.connectionOf(sender);
    return connectionId === undefined ? [] : [{ ...one, connectionId }];
  });
}
