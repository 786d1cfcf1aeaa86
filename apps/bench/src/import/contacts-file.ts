import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** The columns of the benchmark's file, as its header writes them. */
export const fileColumns = [
  'name',
  'phone',
  'email',
  'company',
  'tags',
  'city',
  'country',
  'opt_in',
  'created_at',
  'custom',
] as const;

/**
 * Writes a CSV of `rows` contacts with mixed quoting, escaped quotes, UTF-8 and a distinct Brazilian mobile each,
 * about 120 bytes a row.
 */
export async function writeContactsFile(path: string, rows: number): Promise<void> {
  await pipeline(Readable.from(lines(rows)), createWriteStream(path));
}

function* lines(rows: number): Generator<string> {
  let text = fileColumns.join(',') + '\n';
  for (let i = 0; i < rows; i++) {
    const name = i % 7 === 0 ? `"Pérez, Ana ""A"" ${i}"` : `João Pereira ${i}`;
    const company = i % 5 === 0 ? '"Silva, Filhos"' : `Acme ${i % 997}`;
    const phone = `+55119${String((i * 7919) % 100_000_000).padStart(8, '0')}`;
    const country = ['BR', 'PT', 'AO', 'MZ'][i % 4];
    text +=
      `${name},${phone},user${i}@example.com,${company},"vip;es;seg${i % 31}",Town ${i % 501},${country},` +
      `${i % 3 === 0 ? 'false' : 'true'},2026-0${1 + (i % 9)}-1${i % 9}T10:00:00Z,"{""k"":${i}}"\n`;
    if (text.length > 65_536) {
      yield text;
      text = '';
    }
  }
  yield text;
}
