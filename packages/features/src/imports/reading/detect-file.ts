import { AppError } from '@zaphub/types';
import { BrokenQuotesError } from './broken-quotes-error.ts';
import { createCsvParser } from './csv-parser.ts';
import type { RecordProblem, StoredEncoding } from './csv-parser.ts';
import { detectDialect } from './detect-dialect.ts';
import type { Delimiter } from './detect-dialect.ts';

/** A file holds at most this many columns. */
const maxColumns = 200;
const previewRows = 20;

export interface PreviewRecord {
  row: number;
  fields: string[];
  problem: RecordProblem | undefined;
}

/** How a stored file is to be read, and its first rows. */
export interface FileShape {
  delimiter: Delimiter;
  /** Names as written; an empty one becomes `Column n`, a repeated one gets a number. */
  columns: string[];
  records: PreviewRecord[];
  /** Where the first row after the header begins. */
  dataOffset: number;
  dataRow: number;
}

export interface DetectOptions {
  encoding: StoredEncoding;
  /** Whether `head` is the whole file. */
  isWhole: boolean;
  /** Tells a phone from a column name. */
  isPhone: (cell: string) => boolean;
}

/**
 * Reads the shape of a stored file from its first bytes (1 MB are plenty).
 *
 * @throws AppError `file_empty`, `file_no_header`, `file_too_many_columns`, `file_field_too_large`,
 *   `file_broken_quotes`, `file_encoding_unknown`
 */
export function detectFile(head: Buffer, options: DetectOptions): FileShape {
  const markBytes = head.toString('latin1', 0, 3) === '\xEF\xBB\xBF' ? 3 : 0;
  const { delimiter, separatorLineBytes } = detectDialect(head.subarray(markBytes), options.encoding);
  const records: PreviewRecord[] = [];
  let header: PreviewRecord | undefined;
  let dataOffset = 0;
  const parser = createCsvParser({
    delimiter,
    encoding: options.encoding,
    offset: markBytes + separatorLineBytes,
    onRecord: (fields, row, problem) => {
      if (header === undefined && (problem !== undefined || fields.some((field) => field.trim() !== ''))) {
        header = { fields, row, problem };
        dataOffset = parser.offset;
      } else if (header !== undefined && records.length < previewRows) records.push({ fields, row, problem });
    },
  });
  readUntilPreview(head.subarray(markBytes + separatorLineBytes), options.isWhole);

  if (header === undefined) {
    throw options.isWhole
      ? new AppError('file_empty', 'no row has anything in it')
      : new AppError('file_field_too_large', 'the header does not end within the first megabyte');
  }
  const { fields, row, problem } = header;
  if (problem !== undefined) throw headerProblem(problem);
  if (fields.length > maxColumns) {
    throw new AppError('file_too_many_columns', `${fields.length} columns`, {
      publicMessage: {
        en: `The file has ${fields.length} columns; at most ${maxColumns} can be imported.`,
        'pt-BR': `O arquivo tem ${fields.length} colunas; no máximo ${maxColumns} podem ser importadas.`,
      },
      details: { columns: fields.length, limit: maxColumns },
    });
  }
  if (fields.some(options.isPhone)) {
    throw new AppError('file_no_header', 'the first row holds a phone number', {
      publicMessage: {
        en: 'The first row already holds a phone number. Add a first row with the names of the columns.',
        'pt-BR':
          'A primeira linha já tem um telefone. Acrescente uma primeira linha com os nomes das colunas.',
      },
    });
  }
  if (records.length === 0 && options.isWhole) {
    throw new AppError('file_empty', 'there is a header and nothing below it', {
      publicMessage: {
        en: 'The file has the names of the columns but no rows below them.',
        'pt-BR': 'O arquivo tem os nomes das colunas, mas nenhuma linha abaixo deles.',
      },
    });
  }
  return { delimiter, columns: nameColumns(fields), records, dataOffset, dataRow: row + 1 };

  function readUntilPreview(bytes: Buffer, isWhole: boolean): void {
    try {
      for (let at = 0; at < bytes.length && records.length < previewRows; at += 65_536) {
        parser.write(bytes.subarray(at, at + 65_536));
      }
      if (isWhole && records.length < previewRows) parser.end();
    } catch (error) {
      if (!(error instanceof BrokenQuotesError)) throw error;
      throw brokenQuotes(error.row);
    }
  }
}

/** Says where the quotes stopped making sense. */
function brokenQuotes(row: number): AppError {
  return new AppError('file_broken_quotes', `quotes do not pair up from row ${row} on`, {
    publicMessage: {
      en: `In row ${row} a quotation mark is opened and never closed, or closed in the middle of a value.`,
      'pt-BR': `Na linha ${row} há aspas que se abrem e nunca se fecham, ou que se fecham no meio de um valor.`,
    },
    details: { row },
  });
}

function headerProblem(problem: RecordProblem): AppError {
  const details = { row: 1, column: problem.column + 1 };
  switch (problem.code) {
    case 'field_too_large':
      return new AppError('file_field_too_large', 'a column name is too large', { details });
    case 'invalid_characters':
      return new AppError('file_encoding_unknown', 'a column name has bytes that are no text', { details });
    case 'broken_quotes':
      return new AppError('file_broken_quotes', 'a column name has a quotation mark inside', { details });
    default:
      return new AppError('internal', `unknown problem ${JSON.stringify(problem.code satisfies never)}`);
  }
}

function nameColumns(fields: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return fields.map((field, index) => {
    const name = field.trim() === '' ? `Column ${index + 1}` : field.trim().slice(0, 120);
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return times === 1 ? name : `${name} (${times})`;
  });
}
