import { createReadStream } from 'node:fs';
import { createCsvParser } from '@zaphub/features';
import { parse } from 'csv-parse';
import { inferSchema, initParser } from 'udsv';
import type { Parser } from 'udsv';

/** Streams a file through each parser, every row as an array of texts; answers the number of rows below the header. */
export const parsers = { ours: countOurs, udsv: countUdsv, 'csv-parse': countCsvParse } as const;

export type ParserName = keyof typeof parsers;

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
