import { AppError } from '@zaphub/types';
import type { RowErrorCode } from '@zaphub/types';

/** One row of a file of numbers. */
export type NumberRow =
  | { readonly ok: true; readonly phone: string }
  /** Row 1 is the first line. */
  | { readonly ok: false; readonly row: number; readonly code: RowErrorCode; readonly value: string };

type ReadPhone = (cell: string) => { ok: true; phone: string } | { ok: false; code: RowErrorCode };

/** A list of two million numbers. */
const maxBytes = 32 * 1024 * 1024;
const maxLine = 10_000;
const longestValue = 60;
/** Of UTF-8 and of UTF-16, as they look when bytes are read as characters. */
const byteOrderMark = /^(?:\u00EF\u00BB\u00BF|\u00FF\u00FE|\u00FE\u00FF)/;

/**
 * Reads a file of numbers as it arrives: one row a line, cells between commas, semicolons or tabs. A first line without
 * a digit is a header. Numbers are the same bytes in every encoding that a spreadsheet writes.
 * @throws AppError `body_too_large`
 */
export async function* readNumbers(
  source: AsyncIterable<Uint8Array>,
  readPhone: ReadPhone,
): AsyncGenerator<NumberRow> {
  let row = 0;
  for await (const whole of linesOf(source)) {
    row += 1;
    const line = row === 1 ? whole.replace(byteOrderMark, '') : whole;
    if (line.trim() === '' || (row === 1 && !/\d/.test(line))) continue;
    yield readRow(line, row, readPhone);
  }
}

function readRow(line: string, row: number, readPhone: ReadPhone): NumberRow {
  const cells = line.split(/[,;\t]/).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
  let code: RowErrorCode = 'phone_missing';
  for (const cell of cells) {
    const read = readPhone(cell);
    if (read.ok) return read;
    // Of several cells the last one with a digit says what is wrong.
    if (/\d/.test(cell) || code === 'phone_missing') code = read.code;
  }
  return { ok: false, row, code, value: line.slice(0, longestValue) };
}

async function* linesOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let rest = '';
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw new AppError('body_too_large', 'more than 32 MB of numbers');
    const lines = (rest + Buffer.from(chunk).toString('latin1').replaceAll('\0', '')).split(/\r\n|\n|\r/);
    rest = lines.pop() ?? '';
    if (rest.length > maxLine) rest = rest.slice(0, maxLine);
    yield* lines;
  }
  if (rest !== '') yield rest;
}
