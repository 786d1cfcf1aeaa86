import { BrokenQuotesError } from './broken-quotes-error.ts';
import { decodeUtf8, decodeWindows1252 } from './decode-field.ts';
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
 * the file, and only fields with other characters need decoding. Memory is bounded by a chunk and a record.
 *
 * @throws BrokenQuotesError from `write` and `end`; the records before it have been handed out.
 */
export function createCsvParser(options: CsvParserOptions): CsvParser {
  const { onRecord, maxFieldBytes = 65_536, maxRecordBytes = 1_048_576 } = options;
  const delimiter = options.delimiter.charCodeAt(0);
  const decode = options.encoding === 'utf-8' ? decodeUtf8 : decodeWindows1252;

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
    const rest = parseRecords(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), isLast);
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
   * Hands out each complete record and answers where the first incomplete one begins. Every index is checked
   * against the length first: the casts drop an `undefined` that cannot be, so that the loops stay on numbers.
   */
  function parseRecords(bytes: Buffer, isLast: boolean): number {
    const length = bytes.length;
    const text = bytes.toString('latin1');
    const base = offset;
    let start = 0;
    // Looked up at most once a quote: a test of each byte would cost more than the rest of the loop.
    let nextQuote = -1;

    while (start < length) {
      const fields: string[] = [];
      let problem: RecordProblem | undefined;
      let at = start;
      let code = 0;
      for (;;) {
        let field = '';
        let bits = 0;
        code = at < length ? (bytes[at] as number) : noByte;
        if (code === quote) {
          let from = ++at;
          for (;;) {
            while (at < length && (code = bytes[at] as number) !== quote) {
              bits |= code;
              at++;
            }
            if (at >= length) {
              if (isLast) throw new BrokenQuotesError(row);
              return start;
            }
            code = at + 1 < length ? (bytes[at + 1] as number) : noByte;
            if (code !== quote) break;
            field += text.slice(from, at + 1);
            at += 2;
            from = at;
          }
          if (code === noByte && !isLast) return start;
          if (code !== delimiter && code !== lineFeed && code !== carriageReturn && code !== noByte) {
            throw new BrokenQuotesError(row);
          }
          field = field === '' ? text.slice(from, at) : field + text.slice(from, at);
          at++;
        } else {
          const from = at;
          while (
            at < length &&
            (code = bytes[at] as number) !== delimiter &&
            code !== lineFeed &&
            code !== carriageReturn
          ) {
            bits |= code;
            at++;
          }
          if (nextQuote < from) nextQuote = indexOfQuote(text, from);
          if (nextQuote < at) problem ??= { code: 'broken_quotes', column: fields.length };
          if (at >= length) {
            if (!isLast) return start;
            code = noByte;
          }
          field = text.slice(from, at);
        }
        if (field.length > maxFieldBytes) {
          problem ??= { code: 'field_too_large', column: fields.length };
          field = '';
        } else if (bits > 127) {
          field = decode(field);
          if (field.includes('\uFFFD')) problem ??= { code: 'invalid_characters', column: fields.length };
        }
        fields.push(field);
        at++;
        if (code !== delimiter) break;
      }

      // `at` is past the line end's first byte, or past the file.
      if (code === carriageReturn) {
        if (at >= length && !isLast) return start;
        if (at < length && bytes[at] === lineFeed) at++;
      }
      if (at > length) at = length;
      offset = base + at;
      start = at;
      const thisRow = row++;
      if (fields.length > 1 || fields[0] !== '' || problem !== undefined) onRecord(fields, thisRow, problem);
    }
    return start;
  }

  /** Where the next quote stands; past the text when there is none. */
  function indexOfQuote(text: string, from: number): number {
    const found = text.indexOf('"', from);
    return found < 0 ? text.length : found;
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
