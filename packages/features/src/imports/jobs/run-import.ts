import type { Database, TenantScope } from '@zaphub/db';
import { AppError } from '@zaphub/types';
import type { Failpoints } from '../../failpoints.ts';
import type { FileStore } from '../../routing/index.ts';
import { createRowReader } from '../mapping/row-reader.ts';
import { createPhoneReader } from '../../phones/index.ts';
import { createPiecePool } from '../pipeline/piece-pool.ts';
import { readBatches } from '../pipeline/read-batches.ts';
import { publishImport } from '../publish-import.ts';
import { endImport, getTenantSettings, takeImport } from '../queries.ts';
import type { ImportEnd, ImportRow } from '../queries.ts';
import { createBatchApplier } from './apply-batches.ts';
import type { ApplyBatch } from './apply-batches.ts';
import { joinKnownPeople } from '../join-known-people.ts';
import { describeFailure } from './describe-failure.ts';

export interface RunImportDeps {
  db: Database;
  files: FileStore;
  failpoints?: Failpoints;
}

export interface RunImportOptions {
  /** Stops between batches with its reason; the import stays where it is and can be run on. */
  signal: AbortSignal;
  /** Ends the import as failed also for what might pass. Default false. */
  isLastAttempt?: boolean;
  /** Rows of a batch; default 20 000. */
  batchRows?: number;
}

/**
 * How a run ended. `stopped`: the import was cancelled, is over already, or another runner has taken it; what this
 * run had applied stays and is counted.
 */
export type RunImportResult = 'completed' | 'failed' | 'stopped';

/**
 * Reads an import's file from its cursor on into contacts. While one batch is being applied by the database, the
 * next is read and normalised here. Each batch is one transaction that also moves the cursor and demands this
 * run's fence: killed anywhere, the next run goes on behind the last batch, and of two runs only the later applies
 * anything.
 *
 * @throws what may pass (`unavailable`, the signal's reason): run it again. What cannot pass ends the import as
 *   `failed`, with its reason and what was kept.
 */
export async function runImport(
  deps: RunImportDeps,
  scope: TenantScope,
  importId: string,
  options: RunImportOptions,
): Promise<RunImportResult> {
  const start = await deps.db.tenant(scope, async (tx) => {
    const taken = await takeImport(scope, tx, importId);
    if (taken === undefined) return undefined;
    const settings = await getTenantSettings(scope, tx);
    await publishImport(scope, tx, taken);
    return { taken, settings };
  });
  if (start === undefined) return 'stopped';
  const { taken, settings } = start;
  try {
    const apply = createBatchApplier(deps, scope, taken, options.signal);
    if (!(await applyFile(deps, taken, settings.country, apply, options))) return 'stopped';
  } catch (error) {
    if (options.signal.aborted) throw error;
    const failure = describeFailure(error, settings.locale, options.isLastAttempt ?? false);
    if (failure === undefined) throw error;
    return end({ status: 'failed', ...failure });
  }
  return end({ status: 'completed' });

  /** A file whose import is over is of no use: one that failed is uploaded again, corrected. */
  async function end(how: ImportEnd): Promise<RunImportResult> {
    if (!(await finish(deps, scope, taken, how))) return 'stopped';
    await deps.files.remove(taken.file_key);
    return how.status;
  }
}

async function applyFile(
  deps: RunImportDeps,
  { mapping, detected, options, ...taken }: ImportRow,
  country: string,
  apply: ApplyBatch,
  { signal, batchRows }: RunImportOptions,
): Promise<boolean> {
  if (mapping === null) throw new AppError('mapping_invalid', 'the import has no mapping');
  const pool = createPiecePool();
  const batches = readBatches(await deps.files.open(taken.file_key, { offset: taken.bytes_read }), {
    delimiter: detected.delimiter,
    encoding: detected.encoding === 'windows-1252' ? 'windows-1252' : 'utf-8',
    columns: detected.columns,
    pool,
    readRow: createRowReader(mapping, createPhoneReader(options.country ?? country)),
    offset: taken.bytes_read,
    nextRow: taken.next_row,
    ...(batchRows === undefined ? {} : { batchRows }),
  });
  // Three batches are on their way at most: one being merged, one being staged, one being read.
  let merging = Promise.resolve(true);
  let staging = Promise.resolve(true);
  try {
    for await (const batch of batches) {
      if (!(await merging)) return false;
      signal.throwIfAborted();
      merging = staging;
      staging = apply(batch, merging).finally(() => pool.release([...batch.contacts, ...batch.errors]));
      staging.catch(waitForAwait);
    }
  } catch (error) {
    // The file cannot be read on; what was read before still counts.
    if (!(await staging)) return false;
    throw error;
  } finally {
    // Whatever ended the run, no transaction of it is left behind.
    await Promise.allSettled([staging]);
  }
  return staging;
}

/** A rejection is seen when the batch is awaited, a little later than Node would like. */
function waitForAwait(): void {}

async function finish(
  deps: RunImportDeps,
  scope: TenantScope,
  taken: ImportRow,
  end: ImportEnd,
): Promise<boolean> {
  return deps.db.tenant(scope, async (tx) => {
    await joinKnownPeople(scope, tx, taken.id);
    const row = await endImport(scope, tx, taken.id, taken.fence, end);
    if (row !== undefined) await publishImport(scope, tx, row);
    return row !== undefined;
  });
}
