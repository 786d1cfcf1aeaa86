import { BrokenQuotesError } from './broken-quotes-error.ts';

export interface RecordSkipper {
  /**
   * Follows the record through a piece of the file without keeping any of it. Answers the index just after the
   * record's line end, or -1 when the record goes on.
   *
   * @throws BrokenQuotesError
   */
  skip(bytes: Uint8Array, isLast: boolean): number;
  /** Whether one of its fields has passed the limit. */
  readonly fieldTooLarge: boolean;
  /** The column (from 0) that passed the limit, or else the one it stands in. */
  readonly column: number;
}

export interface RecordSkipperOptions {
  /** The delimiter's character code. */
  delimiter: number;
  /** The record's row, for errors. */
  row: number;
  maxFieldBytes: number;
}

type State = 'field-start' | 'unquoted' | 'quoted' | 'after-quote' | 'after-return';

const quote = 34;
const lineFeed = 10;
const carriageReturn = 13;

/** Finds the end of a record that is too large to be held, by its structure alone. */
export function createRecordSkipper({ delimiter, row, maxFieldBytes }: RecordSkipperOptions): RecordSkipper {
  let state: State = 'field-start';
  let fieldBytes = 0;
  let column = 0;
  let tooLargeColumn: number | undefined;

  function skip(bytes: Uint8Array, isLast: boolean): number {
    for (let at = 0; at < bytes.length; at++) {
      const code = bytes[at] ?? 0;
      if (state === 'after-return') return code === lineFeed ? at + 1 : at;
      if (state === 'quoted') {
        if (code === quote) state = 'after-quote';
        else count();
        continue;
      }
      if (state === 'after-quote' && code === quote) {
        state = 'quoted';
        count();
      } else if (code === delimiter) {
        column++;
        fieldBytes = 0;
        state = 'field-start';
      } else if (code === lineFeed) return at + 1;
      else if (code === carriageReturn) state = 'after-return';
      else if (state === 'after-quote') throw new BrokenQuotesError(row);
      else if (state === 'field-start' && code === quote) state = 'quoted';
      else {
        state = 'unquoted';
        count();
      }
    }
    if (!isLast) return -1;
    if (state === 'quoted') throw new BrokenQuotesError(row);
    return bytes.length;
  }

  function count(): void {
    if (++fieldBytes > maxFieldBytes) tooLargeColumn ??= column;
  }

  return {
    skip,
    get fieldTooLarge() {
      return tooLargeColumn !== undefined;
    },
    get column() {
      return tooLargeColumn ?? column;
    },
  };
}
