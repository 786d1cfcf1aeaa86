import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
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
  const child = fork(join(import.meta.dirname, 'serialisation-child.ts'), { stdio: 'inherit' });
  const exited = once(child, 'exit');
  const answered = once(child, 'message');
  child.send(order);
  const [rows] = await Promise.race([
    answered,
    exited.then(([code]) =>
      Promise.reject(new Error(`the measuring of "${order.payload}" ended with ${code}`)),
    ),
  ]);
  await exited;
  // What serialisation-child.ts sends.
  return rows as readonly BenchRow[];
}
