import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface FootprintOrder {
  connectionString: string;
  tenantId: string;
  importId: string;
  rows: number;
}

export interface Footprint {
  /** Largest resident set of the process, modules included. */
  peakMegabytes: number;
  /** Time between turns of the event loop, 99th percentile; a timer of 1 ms is part of it. */
  delayP99Ms: number;
}

/** Runs a prepared import in a process of its own, as a worker does, so that nothing but the import weighs. */
export async function measureFootprint(order: FootprintOrder): Promise<Footprint> {
  const child = fork(join(import.meta.dirname, 'footprint-child.ts'), { stdio: 'inherit' });
  const exited = once(child, 'exit');
  const answered = once(child, 'message');
  child.send(order);
  const first = await Promise.race([
    answered,
    exited.then(([code]) => Promise.reject(new Error(`ended with ${code}`))),
  ]);
  await exited;
  // What footprint-child.ts sends.
  return first[0] as Footprint;
}
