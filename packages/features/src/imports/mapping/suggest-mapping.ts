import type { ColumnTarget } from '@zaphub/types';
import { nameWords, phoneWords, tagWords } from './column-words.ts';
import { isUnsafeKey } from './unsafe-key.ts';

/**
 * Guesses what each column is: by its name in Portuguese, English or Spanish; a phone also by what the rows hold.
 * Every other column becomes an attribute whose key can be written in a template (`data_de_nascimento`).
 */
export function suggestMapping(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  isPhone: (cell: string) => boolean,
): ColumnTarget[] {
  const plain = columns.map(plainWord);
  const phone = findColumn(plain, phoneWords) ?? fullestPhoneColumn(columns, rows, isPhone);
  const name = findColumn(plain, nameWords, phone);
  const tags = findColumn(plain, tagWords, phone, name);
  const keys = new Set<string>();
  return columns.map((column, index): ColumnTarget => {
    if (index === phone) return { to: 'phone' };
    if (index === name) return { to: 'name' };
    if (index === tags) return { to: 'tags' };
    return { to: 'attribute', key: freeKey(attributeKey(column, index), keys) };
  });
}

/** Exact names first, in the order of the words; then names that begin with one (`telefone 1`, `phone number`). */
function findColumn(
  plain: readonly string[],
  words: readonly string[],
  ...taken: (number | undefined)[]
): number | undefined {
  const tests = [
    (column: string, word: string) => column === word,
    (column: string, word: string) => word.length > 3 && column.startsWith(word),
  ];
  for (const matches of tests) {
    for (const word of words) {
      const found = plain.findIndex((column, index) => !taken.includes(index) && matches(column, word));
      if (found >= 0) return found;
    }
  }
  return undefined;
}

function fullestPhoneColumn(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  isPhone: (cell: string) => boolean,
): number | undefined {
  const counts = columns.map((_, index) => rows.filter((row) => isPhone(row[index] ?? '')).length);
  const most = Math.max(0, ...counts);
  return most > rows.length / 2 ? counts.indexOf(most) : undefined;
}

function plainWord(column: string): string {
  return withoutMarks(column).replaceAll(/[^a-z0-9]/g, '');
}

function attributeKey(column: string, index: number): string {
  const key = withoutMarks(column)
    .replaceAll(/[^a-z0-9]+/g, '_')
    .slice(0, 60)
    .replaceAll(/^_+|_+$/g, '');
  if (key === '') return `column_${index + 1}`;
  return /^[0-9]/.test(key) || isUnsafeKey(key) ? `column_${key}` : key;
}

function freeKey(wanted: string, taken: Set<string>): string {
  let key = wanted;
  for (let n = 2; taken.has(key); n++) key = `${wanted}_${n}`;
  taken.add(key);
  return key;
}

function withoutMarks(text: string): string {
  return text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
}
