import { join } from 'node:path';
import { askChild } from '../ask-child.ts';
import type { BenchRow } from '../bench-row.ts';
import { createPayloads } from './payloads.ts';

/** What a child is to do. */
export interface SerialisationOrder {
  readonly payload: string;
  readonly rounds: number;
}

/** Each payload in a process of its own: in a shared one, code that was tuned to one shape is slow for the next. */
export async function* measureSerialisation(rounds: number): AsyncGenerator<BenchRow> {
  for (const { name } of createPayloads()) yield* await measureOne({ payload: name, rounds });
}

async function measureOne(order: SerialisationOrder): Promise<readonly BenchRow[]> {
  // What serialisation-child.ts sends.
  return (await askChild(join(import.meta.dirname, 'serialisation-child.ts'), order)) as readonly BenchRow[];
}
