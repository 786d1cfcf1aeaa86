import { join } from 'node:path';
import { askChild } from '../ask-child.ts';
import { medianRounds } from '../rounds.ts';
import type { ParserName } from './parsers.ts';

export interface ParsingOrder {
  parser: ParserName;
  path: string;
  rows: number;
}

/**
 * Rows a second of each streaming parser over the same file. Each run has a process of its own: in a shared one
 * the garbage of a parser is collected on the time of the next.
 */
export async function measureParsing(
  path: string,
  rows: number,
  rounds: number,
): Promise<Record<ParserName, number>> {
  const run = (parser: ParserName) => () => measureOne({ parser, path, rows });
  return medianRounds({ ours: run('ours'), udsv: run('udsv'), 'csv-parse': run('csv-parse') }, rounds);
}

async function measureOne(order: ParsingOrder): Promise<number> {
  // What parsing-child.ts sends.
  return (await askChild(join(import.meta.dirname, 'parsing-child.ts'), order)) as number;
}
