import { setTimeout as pause } from 'node:timers/promises';
import { isRetryableDatabaseError } from '@zaphub/db';
import type { Database, TenantScope } from '@zaphub/db';
import type { Failpoints } from '../../failpoints.ts';
import type { Batch } from '../pipeline/batch.ts';
import { mergeBatch, stageBatch } from '../pipeline/merge-batch.ts';
import { publishImport } from '../publish-import.ts';
import { advanceImport, getImport } from '../queries.ts';
import type { ImportRow } from '../queries.ts';

/**
 * Applies one batch, once the one before is in; false when this run may no longer apply anything. A batch that
 * follows one that failed fails like it.
 */
export type ApplyBatch = (batch: Batch, before: Promise<boolean>) => Promise<boolean>;

const publishEveryMs = 500;
const retryDelaysMs = [100, 400, 1600];

/**
 * Applies the batches of a run, each in one transaction with the cursor: staged while the batch before is still
 * being merged, merged after it. A deadlock or a lost connection is tried
 * again; the cursor tells whether a commit whose answer was lost had arrived.
 */
export function createBatchApplier(
  deps: { db: Database; failpoints?: Failpoints },
  scope: TenantScope,
  taken: ImportRow,
  signal: AbortSignal,
): ApplyBatch {
  const { id, fence, options } = taken;
  const mergeOptions = {
    importId: id,
    expectsKnown: { value: false },
    tags: options.tags ?? [],
    consentSource: options.consent_source ?? null,
  };
  let publishedAt = performance.now();

  return async function applyBatch(batch, before) {
    for (let attempt = 0; ; attempt++) {
      try {
        const isApplied = await applyOnce(batch, before);
        if (isApplied) await deps.failpoints?.hit('import-after-batch');
        return isApplied;
      } catch (error) {
        // If it was the batch before that failed, its own attempts are used up: say the same.
        await before;
        const delayMs = retryDelaysMs[attempt];
        if (delayMs === undefined || !isRetryableDatabaseError(error)) throw error;
        await pause(delayMs, undefined, { signal });
      }
    }
  };

  async function applyOnce(batch: Batch, before: Promise<boolean>): Promise<boolean> {
    const mayPublish = performance.now() - publishedAt >= publishEveryMs;
    try {
      await deps.db.tenant(scope, async (tx) => {
        await stageBatch(tx, batch);
        if (!(await before)) throw new NotApplied();
        const counts = await mergeBatch(scope, tx, batch, mergeOptions);
        const { fromRow, offset, nextRow } = batch;
        const row = await advanceImport(scope, tx, id, fence, { ...counts, fromRow, offset, nextRow });
        if (row === undefined) throw new NotApplied();
        if (mayPublish) await publishImport(scope, tx, row);
      });
    } catch (error) {
      if (!(error instanceof NotApplied)) throw error;
      const now = await deps.db.tenant(scope, (tx) => getImport(scope, tx, id));
      return now.fence === fence && now.status === 'running' && now.next_row === batch.nextRow;
    }
    if (mayPublish) publishedAt = performance.now();
    return true;
  }
}

/** Undoes a batch that this run may not apply. */
class NotApplied extends Error {}
