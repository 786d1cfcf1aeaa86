import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import type { BenchRow } from '../bench-row.ts';
import { comparedRow } from './rows.ts';

/** What a child is to do. */
export interface ColdKeysOrder {
  readonly side: 'ours' | 'bentocache';
  readonly host: string;
  readonly port: number;
  readonly prefix: string;
  readonly keys: number;
  readonly callers: number;
}

const [processes, keys, callers] = [4, 50, 25];

/** Four processes ask at once for the same cold keys on one Redis; counted is how often each had to be loaded. */
export async function* measureColdKeys(raw: Redis): AsyncGenerator<BenchRow> {
  const loads = { ours: await countLoads(raw, 'ours'), bentocache: await countLoads(raw, 'bentocache') };
  yield comparedRow(
    `loads a cold key, ${processes} processes of ${callers} callers`,
    'loads',
    loads.ours,
    { bentocache: loads.bentocache, one: 1 },
    { peer: 'one', most: 1 },
  );
}

/** The most loads of any key. */
async function countLoads(raw: Redis, side: ColdKeysOrder['side']): Promise<number> {
  const prefix = `cold:${side}`;
  const { host = '127.0.0.1', port = 6379 } = raw.options;
  const order: ColdKeysOrder = { side, host, port, prefix, keys, callers };
  const children = Array.from({ length: processes }, () =>
    fork(join(import.meta.dirname, 'cold-keys-child.ts'), { stdio: 'inherit' }),
  );
  await Promise.all(
    children.map(async (child) => {
      const ready = once(child, 'message');
      child.send(order);
      await ready;
    }),
  );
  await Promise.all(
    children.map(async (child) => {
      const exited = once(child, 'exit');
      child.send('go');
      const [code] = await exited;
      if (code !== 0) throw new Error(`a process that asks for cold keys ended with ${code}`);
    }),
  );
  const counts = Object.values(await raw.hgetall(`${prefix}:loads`)).map(Number);
  if (counts.length !== keys) throw new Error(`${counts.length} of ${keys} keys were loaded`);
  return Math.max(...counts);
}
