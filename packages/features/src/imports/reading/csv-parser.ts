import { BrokenQuotesError } from './broken-quotes-error.ts';
import { decodeUtf8, extraBytes, readUtf8, readWindows1252 } from './slice-text.ts';
import { createMarker } from './marker.ts';
import { createRecordSkipper } from './record-skipper.ts';
import type { RecordSkipper } from './record-skipper.ts';

/** A stored file is one of these two: UTF-16 uploads are rewritten as UTF-8 on the way in. */
export type StoredEncoding = 'utf-8' | 'windows-1252';

/** Why a record cannot be taken as it is. */
export interface RecordProblem {
  code: 'field_too_large' | 'invalid_characters' | 'broken_quotes';
  /** The column (from 0) where it was found. */
  column: number;
}

/**
 * Receives one record. `row` counts records from 1 (blank lines included), as a spreadsheet shows them; with a
 * problem, `fields` holds what could be read and is only good for the error report.
 */
export type OnRecord = (fields: string[], row: number, problem: RecordProblem | undefined) => void;

export interface CsvParserOptions {
  /** One ASCII character. */
  delimiter: string;
  encoding: StoredEncoding;
  onRecord: OnRecord;
  /** Where the first byte written stands in the file; default 0. Must be the start of a record. */
  offset?: number;
  /** The number of the first record; default 1. */
  firstRow?: number;
  /** Bytes in one field; default 64 kB. A longer one makes the record a problem, it is never buffered whole. */
  maxFieldBytes?: number;
  /** Bytes in one record; default 1 MB. */
  maxRecordBytes?: number;
}

export interface CsvParser {
  /** Parses a piece of the file; records that end in it are handed out before it returns. */
  write(chunk: Uint8Array): void;
  /** Hands out the last record. */
  end(): void;
  /** Bytes of the file up to the end of the record handed out last: a later parser may start exactly there. */
  readonly offset: number;
  /** The number of the record after the one handed out last. */
  readonly nextRow: number;
}

const quote = 34;
const lineFeed = 10;
const carriageReturn = 13;
const noByte = -1;
/** Read as one text: larger ones are kept apart by the garbage collector, which costs more than they save. */
const sliceBytes = 65_536;

/**
 * A strict, streaming RFC 4180 parser. Lines may end in LF, CRLF or CR, also mixed; blank lines are counted and
 * skipped; a quote inside an unquoted field is a problem of its record.
 *
 * It works on bytes: delimiters, quotes and line ends are ASCII in both encodings, so positions are positions in
 * the file. Fields are cut from the text of a whole slice, which is decoded at once. Memory is bounded by a chunk
 * and a record.
 *
 * @throws BrokenQuotesError from `write` and `end`; the records before it have been handed out.
 */
export function createCsvParser(options: CsvParserOptions): CsvParser {
  const { encoding, onRecord, maxFieldBytes = 65_536, maxRecordBytes = 1_048_576 } = options;
  const delimiter = options.delimiter.charCodeAt(0);
  const readSlice = encoding === 'utf-8' ? readUtf8 : readWindows1252;
  const marker = createMarker([delimiter, quote, lineFeed, carriageReturn]);

  let row = options.firstRow ?? 1;
  let offset = options.offset ?? 0;
  let carry: Uint8Array | undefined;
  let skipper: RecordSkipper | undefined;

  function parse(given: Uint8Array, isLast: boolean): void {
    let bytes = given;
    carry = undefined;
    if (skipper !== undefined) {
      const stop = skipper.skip(bytes, isLast);
      if (stop < 0) {
        offset += bytes.length;
        return;
      }
      const { column } = skipper;
      skipper = undefined;
      offset += stop;
      onRecord([], row++, { code: 'field_too_large', column });
      bytes = bytes.subarray(stop);
    }
    const rest = parseRecords(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength), isLast);
    if (rest < bytes.length) keep(bytes.subarray(rest));
  }

  /** Holds an unfinished record back for the next chunk, or gives it up once it is too large to be one. */
  function keep(unfinished: Uint8Array): void {
    const follower = createRecordSkipper({ delimiter, row, maxFieldBytes });
    follower.skip(unfinished, false);
    if (unfinished.length <= maxRecordBytes && !follower.fieldTooLarge) {
      carry = unfinished;
      return;
    }
    offset += unfinished.length;
    skipper = follower;
  }

  /**
   * Hands out each complete record and answers where the first incomplete one begins. It goes from mark to mark:
   * what lies between them is never looked at. Every index is checked against the length first: the casts drop an
   * `undefined` that cannot be, so that the loops stay on numbers.
   */
  function parseRecords(bytes: Uint8Array, isLast: boolean): number {
    const length = bytes.length;
    const { text, isDecoded, hasDamage } = readSlice(bytes, isLast);
    const marks = marker.mark(bytes, hasDamage || text.length < length);
    const base = offset;
    let nextMark = 0;
    let start = 0;
    // How far positions in the text are behind positions in the bytes.
    let lag = 0;

    while (start < length) {
      const fields: string[] = [];
      let problem: RecordProblem | undefined;
      let at = start;
      let code = 0;
      for (;;) {
        const lagBefore = lag;
        let isPlain = true;
        let field = '';
        let from = at;
        let stop = marks[nextMark++] as number;
        code = stop < length ? (bytes[stop] as number) : noByte;
        if (code === quote && stop === at) {
          from++;
          for (;;) {
            const begin = from - lag;
            do {
              stop = marks[nextMark++] as number;
              code = stop < length ? (bytes[stop] as number) : noByte;
              if (code > 127) {
                isPlain = false;
                if (isDecoded) lag += extraBytes(code);
              }
            } while (code !== quote && code !== noByte);
            if (code === noByte) {
              if (isLast) throw new BrokenQuotesError(row);
              return start;
            }
            at = stop + 1;
            code = at < length ? (bytes[at] as number) : noByte;
            if (code !== quote) {
              const part = text.slice(begin, stop - lag);
              field = field === '' ? part : field + part;
              break;
            }
            field += text.slice(begin, at - lag);
            nextMark++;
            from = at + 1;
          }
          if (code === noByte && !isLast) return start;
          if (code !== delimiter && code !== lineFeed && code !== carriageReturn && code !== noByte) {
            throw new BrokenQuotesError(row);
          }
          nextMark++;
        } else {
          while (code > 127 || code === quote) {
            if (code === quote) problem ??= { code: 'broken_quotes', column: fields.length };
            else {
              isPlain = false;
              if (isDecoded) lag += extraBytes(code);
            }
            stop = marks[nextMark++] as number;
            code = stop < length ? (bytes[stop] as number) : noByte;
          }
          if (code === noByte && !isLast) return start;
          at = stop;
          field = text.slice(from - lagBefore, at - lag);
        }
        if (field.length + lag - lagBefore > maxFieldBytes) {
          problem ??= { code: 'field_too_large', column: fields.length };
          field = '';
        } else if (hasDamage && !isPlain) {
          if (!isDecoded && encoding === 'utf-8') field = decodeUtf8(field);
          if (field.includes('\uFFFD')) problem ??= { code: 'invalid_characters', column: fields.length };
        }
        fields.push(field);
        at++;
        if (code !== delimiter) break;
      }

      // `at` is past the line end's first byte, or past the file.
      if (code === carriageReturn) {
        if (at >= length && !isLast) return start;
        if (at < length && bytes[at] === lineFeed) {
          at++;
          nextMark++;
        }
      }
      if (at > length) at = length;
      offset = base + at;
      start = at;
      const thisRow = row++;
      if (fields.length > 1 || fields[0] !== '' || problem !== undefined) onRecord(fields, thisRow, problem);
    }
    return start;
  }

  return {
    write(chunk) {
      for (let at = 0; at < chunk.length; at += sliceBytes) {
        const slice = chunk.subarray(at, at + sliceBytes);
        parse(carry === undefined ? slice : Buffer.concat([carry, slice]), false);
      }
    },
    end: () => parse(carry ?? new Uint8Array(), true),
    get offset() {
      return offset;
    },
    get nextRow() {
      return row;
    },
  };
}
