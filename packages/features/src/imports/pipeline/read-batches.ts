import type { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RowReader } from '../mapping/row-reader.ts';
import { createCsvParser } from '../reading/csv-parser.ts';
import type { StoredEncoding } from '../reading/csv-parser.ts';
import { createBatchBuilder } from './batch.ts';
import type { Batch } from './batch.ts';
import { createOrderedIds } from './ordered-ids.ts';
import { createPhoneSet } from './phone-set.ts';
import type { PiecePool } from './piece-pool.ts';

const turnBytes = 8_192;
/** The database has something to do soon after the start; each batch is twice the one before, up to full size. */
const firstBatchRows = 2_500;

export interface ReadBatchesOptions {
  delimiter: string;
  encoding: StoredEncoding;
  columns: readonly string[];
  readRow: RowReader;
  /** Where the batches' bytes come from; whoever is done with a batch gives them back. */
  pool: PiecePool;
  /** The cursor: where the source begins in the file, and the row that begins there. */
  offset: number;
  nextRow: number;
  /** Rows from which a full-sized batch is handed out; it ends with a part of 8 kB. Default 20 000. */
  batchRows?: number;
}

/**
 * Reads a file from the cursor on and hands out batches. It reads on only when the next batch is asked for, so at
 * most one batch and one chunk are held here. The last batch may be empty: it carries the cursor to the end.
 *
 * @throws BrokenQuotesError once everything before the quote has been handed out
 */
export async function* readBatches(
  source: Readable,
  options: ReadBatchesOptions,
): AsyncGenerator<Batch, void> {
  const { columns, pool, readRow, batchRows = 20_000 } = options;
  const phones = createPhoneSet();
  const writeId = createOrderedIds();
  let builder = createBatchBuilder(pool, phones, writeId);
  let fromRow = options.nextRow;
  let wantedRows = Math.min(firstBatchRows, batchRows);
  const parser = createCsvParser({
    delimiter: options.delimiter,
    encoding: options.encoding,
    offset: options.offset,
    firstRow: options.nextRow,
    onRecord: (fields, row, problem) => {
      const read = readRow(fields, problem);
      if (read === undefined) return;
      if (read.ok) builder.addContact(read);
      else builder.addError(row, read, read.column === undefined ? null : (columns[read.column] ?? null));
    },
  });
  const take = (): Batch => {
    const batch = builder.finish({ fromRow, offset: parser.offset, nextRow: parser.nextRow });
    fromRow = parser.nextRow;
    wantedRows = Math.min(wantedRows * 2, batchRows);
    builder = createBatchBuilder(pool, phones, writeId);
    return batch;
  };

  let failure: unknown;
  try {
    for await (const part of inTurns(source)) {
      try {
        if (part === undefined) parser.end();
        else parser.write(part);
      } catch (error) {
        failure = error;
        break;
      }
      if (builder.rows >= wantedRows) yield take();
    }
    yield take();
  } finally {
    source.destroy();
  }
  if (failure !== undefined) throw failure;
}

/**
 * The file in parts, so that the event loop is never held for longer than some hundred rows take; `undefined` at
 * its end.
 */
async function* inTurns(source: Readable): AsyncGenerator<Uint8Array | undefined, void> {
  for await (const chunk of source) {
    // A byte stream without an encoding set gives buffers.
    const bytes = chunk as Uint8Array;
    for (let at = 0; at < bytes.length; at += turnBytes) {
      if (at > 0) await nextTurn();
      yield bytes.subarray(at, at + turnBytes);
    }
  }
  yield undefined;
}
