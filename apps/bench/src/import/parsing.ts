import { createReadStream } from 'node:fs';
import { createCsvParser } from '@zaphub/features';
import { parse } from 'csv-parse';
import { inferSchema, initParser } from 'udsv';
import type { Parser } from 'udsv';
import { medianRounds, rate } from '../rounds.ts';

/** Rows a second of each streaming parser over the same file, every row as an array of texts. */
export async function measureParsing(
  path: string,
  rows: number,
  rounds: number,
): Promise<Record<'ours' | 'udsv' | 'csv-parse', number>> {
  const counted = (count: () => Promise<number>) => () =>
    rate(rows, async () => {
      const found = await count();
      if (found !== rows) throw new Error(`a parser found ${found} of ${rows} rows`);
    });
  return medianRounds(
    {
      ours: counted(() => countOurs(path)),
      udsv: counted(() => countUdsv(path)),
      'csv-parse': counted(() => countCsvParse(path)),
    },
    rounds,
  );
}

async function countOurs(path: string): Promise<number> {
  let count = -1;
  const parser = createCsvParser({
    delimiter: ',',
    encoding: 'utf-8',
    onRecord: (fields, row, problem) => {
      if (problem !== undefined || fields.length !== 10) throw new Error(`row ${row} is not as written`);
      count++;
    },
  });
  for await (const chunk of createReadStream(path, { highWaterMark: 262_144 })) parser.write(chunk);
  parser.end();
  return count;
}

async function countUdsv(path: string): Promise<number> {
  let parser: Parser | undefined;
  let count = 0;
  const decoder = new TextDecoder();
  for await (const chunk of createReadStream(path, { highWaterMark: 262_144 })) {
    const text = decoder.decode(chunk, { stream: true });
    parser ??= initParser(inferSchema(text));
    parser.chunk<string[]>(text, parser.stringArrs, () => {
      count++;
    });
  }
  parser?.end();
  return count;
}

async function countCsvParse(path: string): Promise<number> {
  let count = -1;
  for await (const _row of createReadStream(path, { highWaterMark: 262_144 }).pipe(parse())) count++;
  return count;
}
