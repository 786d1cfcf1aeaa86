import type { ColumnTarget, RowErrorCode } from '@zaphub/types';
import type { PhoneReader } from '../../phones/index.ts';
import type { RecordProblem } from '../reading/csv-parser.ts';

/** A row as it will be stored. `attributes` is JSON text; empty cells are left out of it. */
export interface ContactRow {
  ok: true;
  phone: string;
  name: string | null;
  tags: readonly string[];
  attributes: string;
}

export interface RefusedRow {
  ok: false;
  code: RowErrorCode;
  /** The column (from 0) that is to blame; `undefined` when it is the row as a whole. */
  column: number | undefined;
  value: string | undefined;
}

/** `undefined` for a row whose cells are all empty: it is skipped. */
export type RowReader = (
  fields: readonly string[],
  problem: RecordProblem | undefined,
) => ContactRow | RefusedRow | undefined;

const maxNameLength = 500;
const maxTagLength = 64;
/** What JSON writes as it is. */
const plainText = /^[ !#-[\]-\uD7FF]*$/;
const noTags: readonly string[] = [];

/** Prepares a checked mapping for reading rows: every column's place is looked up once, not once a row. */
export function createRowReader(mapping: readonly ColumnTarget[], readPhone: PhoneReader): RowReader {
  const phoneColumn = mapping.findIndex((target) => target.to === 'phone');
  const nameColumn = mapping.findIndex((target) => target.to === 'name');
  const tagsColumn = mapping.findIndex((target) => target.to === 'tags');
  const attributes = mapping.flatMap((target, column) =>
    target.to === 'attribute' ? [{ column, name: target.key, key: JSON.stringify(target.key) + ':' }] : [],
  );
  // The order in which Postgres keeps them, so that it finds them sorted.
  attributes.sort(
    (a, b) => Buffer.byteLength(a.name) - Buffer.byteLength(b.name) || (a.name < b.name ? -1 : 1),
  );

  return function readRow(fields, problem) {
    if (problem !== undefined) {
      return refuse(problem.code, problem.column, fields[problem.column]);
    }
    if (fields.length !== mapping.length) {
      if (isBlank(fields)) return undefined;
      const code = fields.length < mapping.length ? 'too_few_columns' : 'too_many_columns';
      return refuse(code, undefined, String(fields.length));
    }
    const cell = fields[phoneColumn] ?? '';
    const read = readPhone(cell);
    if (!read.ok) return isBlank(fields) ? undefined : refuse(read.code, phoneColumn, cell);

    const name = fields[nameColumn]?.trim() ?? '';
    if (name.length > maxNameLength) return refuse('field_too_large', nameColumn, name);
    if (name.includes('\0')) return refuse('invalid_characters', nameColumn, name);
    let json = '';
    for (const { column, key } of attributes) {
      const value = fields[column] ?? '';
      if (value === '') continue;
      const isPlain = plainText.test(value);
      if (!isPlain && value.includes('\0')) return refuse('invalid_characters', column, value);
      json += (json === '' ? '{' : ',') + key + (isPlain ? `"${value}"` : JSON.stringify(value));
    }
    const list = fields[tagsColumn];
    const tags = list === undefined || list === '' ? noTags : splitTags(list);
    if (tags.some((tag) => tag.length > maxTagLength)) return refuse('field_too_large', tagsColumn, list);
    if (list?.includes('\0') === true) return refuse('invalid_characters', tagsColumn, list);
    return {
      ok: true,
      phone: read.phone,
      name: name === '' ? null : name,
      tags,
      attributes: json === '' ? '{}' : json + '}',
    };
  };
}

function refuse(code: RowErrorCode, column: number | undefined, value: string | undefined): RefusedRow {
  return { ok: false, code, column, value };
}

function isBlank(fields: readonly string[]): boolean {
  return fields.every((field) => field.trim() === '');
}

/**
 * `vip; são paulo |new` → three tags; repeated and empty ones go. Control characters separate as well: one of them
 * separates tags on their way to the database.
 */
function splitTags(list: string): string[] {
  const tags = list
    // oxlint-disable-next-line no-control-regex -- they are what is looked for
    .split(/[;,|\u0001-\u001F]/)
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');
  return tags.length < 2 ? tags : [...new Set(tags)];
}
