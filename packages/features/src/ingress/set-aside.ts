import { type Database, systemScope, type Tx } from '@zaphub/db';
import type { Logger } from '@zaphub/telemetry';
import type { InboxRow, RowKind, WebhookLine } from './inbox-row.ts';
import { unpackBodies } from './pack-webhooks.ts';

/** Tried so often, a body that nothing can be done with is left alone. */
const mostAttempts = 3;
const firstRetryMs = 10_000;

/** A webhook that failed by itself waits, longer each time, or is left alone for good. */
export async function retryLater(
  deps: { readonly db: Database; readonly logger: Logger },
  { line, kind }: { readonly line: WebhookLine; readonly kind: RowKind },
  { row, error }: { readonly row: InboxRow; readonly error: unknown },
): Promise<void> {
  const { tenantId, connectionId } = line;
  const isLast = row.attempts + 1 >= mostAttempts;
  const detail = error instanceof Error ? error.message : String(error);
  deps.logger.error('a webhook could not be worked on', {
    connection: connectionId,
    webhook: row.id,
    isLast,
    error,
  });
  await deps.db.tenant(systemScope(tenantId), (tx) =>
    tx.run(
      `update webhook_inbox set attempts = attempts + 1, detail = $5, poison = case when $6 then 'failed' end,
         due_at = clock_timestamp() + $7::float8 * interval '1 millisecond'
       where tenant_id = $1 and connection_id = $2 and kind = $3 and id = $4`,
      [tenantId, connectionId, kind, row.id, detail.slice(0, 500), isLast, firstRetryMs * 3 ** row.attempts],
    ),
  );
}

/** The webhooks of a pack become rows of their own, so that the one that makes trouble is found among them. */
export async function takeApart(
  tx: Tx,
  { tenantId, connectionId }: WebhookLine,
  row: InboxRow,
): Promise<void> {
  await tx.run(
    `with pack as (
       delete from webhook_inbox where tenant_id = $1 and connection_id = $2 and kind = 'statuses' and id = $3
       returning received_at
     )
     insert into webhook_inbox (tenant_id, connection_id, kind, digest, body, received_at)
     select $1, $2, 'status', sha256(one.body), one.body, pack.received_at from pack, unnest($4::bytea[]) as one (body)
     on conflict on constraint webhook_inbox_once do nothing`,
    [tenantId, connectionId, row.id, unpackBodies(row)],
  );
}

/** Puts a webhook back beside the others: nobody works on it any more, and somebody can look at it. */
export async function keepPoison(
  tx: Tx,
  line: WebhookLine,
  {
    row,
    body,
    poison,
    detail,
  }: { readonly row: InboxRow; readonly body: Buffer; readonly poison: string; readonly detail: string },
): Promise<void> {
  await tx.run(
    `insert into webhook_inbox (tenant_id, connection_id, kind, digest, body, headers, attempts, poison, detail)
     values ($1, $2, $3, sha256($4), $4, $5, $6, $7, $8)
     on conflict on constraint webhook_inbox_once do nothing`,
    [
      line.tenantId,
      line.connectionId,
      line.kind,
      body,
      row.headers === null ? null : JSON.stringify(row.headers),
      row.attempts,
      poison,
      detail.slice(0, 500),
    ],
  );
}
