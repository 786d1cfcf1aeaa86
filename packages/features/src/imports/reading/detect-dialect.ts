import { BrokenQuotesError } from './broken-quotes-error.ts';
import { createCsvParser } from './csv-parser.ts';
import type { StoredEncoding } from './csv-parser.ts';

export type Delimiter = ',' | ';' | '\t' | '|';

const delimiters: readonly Delimiter[] = [',', ';', '\t', '|'];
const sampleRows = 50;

export interface Dialect {
  delimiter: Delimiter;
  /** Bytes of a first line `sep=;`, which is no row of the table; 0 when there is none. */
  separatorLineBytes: number;
}

/** Finds the delimiter: a `sep=` line says it, otherwise the one that cuts the first rows into equal numbers of columns. */
export function detectDialect(head: Buffer, encoding: StoredEncoding): Dialect {
  const line = /^sep=([,;\t|])(?:\r\n|\r|\n)/i.exec(head.toString('latin1', 0, 8));
  if (line !== null) {
    // The pattern admits only these four.
    return { delimiter: line[1] as Delimiter, separatorLineBytes: line[0].length };
  }
  let best: { delimiter: Delimiter; share: number; width: number } = { delimiter: ',', share: 0, width: 1 };
  for (const delimiter of delimiters) {
    const widths = readWidths(head, encoding, delimiter);
    const width = widths[0] ?? 1;
    if (width < 2) continue;
    const share = widths.filter((each) => each === width).length / widths.length;
    if (share > best.share || (share === best.share && width > best.width))
      best = { delimiter, share, width };
  }
  return { delimiter: best.delimiter, separatorLineBytes: 0 };
}

function readWidths(head: Buffer, encoding: StoredEncoding, delimiter: Delimiter): number[] {
  const widths: number[] = [];
  const parser = createCsvParser({
    delimiter,
    encoding,
    onRecord: (fields, _row, problem) => {
      if (widths.length < sampleRows && problem?.code !== 'field_too_large') widths.push(fields.length);
    },
  });
  try {
    // In small pieces: the first rows are enough, however long the head is.
    for (let at = 0; at < head.length && widths.length < sampleRows; at += 16_384) {
      parser.write(head.subarray(at, at + 16_384));
    }
    if (widths.length < sampleRows) parser.end();
  } catch (error) {
    // With the wrong delimiter quotes need not pair up: the rows before still count.
    if (!(error instanceof BrokenQuotesError)) throw error;
  }
  return widths;
}
