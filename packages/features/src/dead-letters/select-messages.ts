import type { TenantScope, Tx } from '@zaphub/db';
import { AppError } from '@zaphub/types';
import { assertCauseExists, type Cause } from './queries.ts';

/** Which messages are meant; UUIDs. */
export type Selection = { readonly messageIds: readonly string[] } | { readonly cause: Cause };

/** Messages of one transaction: small enough that nobody waits long for the counters. */
const batchSize = 2_000;

/**
 * Walks over the messages that are meant, a batch a transaction; each message once, in the order of their ids.
 * @throws AppError `not_found` when there is no such message, or no such campaign or connection
 */
export async function eachBatch(
  scope: TenantScope,
  transaction: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>,
  selection: Selection,
  work: (tx: Tx, messageIds: readonly string[]) => Promise<void>,
): Promise<void> {
  let after: string | undefined;
  for (let isFirst = true; ; isFirst = false) {
    const ids = await transaction(async (tx) => {
      if (isFirst && 'cause' in selection) await assertCauseExists(scope, tx, selection.cause);
      const found = await nextIds(scope, tx, selection, after);
      if (isFirst && 'messageIds' in selection && found.length === 0) {
        throw new AppError('not_found', 'no such message');
      }
      if (found.length > 0) await work(tx, found);
      return found;
    });
    if (ids.length < batchSize) return;
    after = ids.at(-1);
  }
}

async function nextIds(
  scope: TenantScope,
  tx: Tx,
  selection: Selection,
  after = '00000000-0000-0000-0000-000000000000',
): Promise<string[]> {
  const rows =
    'cause' in selection
      ? await tx.rows<{ id: string }>(
          `select message_id as id from dead_letters
           where tenant_id = $1 and campaign_id = $2 and connection_id = $3 and code = $4 and discarded_at is null
             and message_id > $5 order by message_id limit ${batchSize}`,
          [
            scope.tenantId,
            selection.cause.campaignId,
            selection.cause.connectionId,
            selection.cause.code,
            after,
          ],
        )
      : await tx.rows<{ id: string }>(
          `select id from messages where tenant_id = $1 and id = any($2::uuid[]) and id > $3
           order by id limit ${batchSize}`,
          [scope.tenantId, selection.messageIds, after],
        );
  return rows.map(({ id }) => id);
}
