import { join } from 'node:path';
import { askChild } from '../ask-child.ts';
import { readWorkerFlags } from '../worker-program.ts';

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

/** Runs a prepared import in a process of its own that is set up like a worker, so that nothing but the import weighs. */
export async function measureFootprint(order: FootprintOrder): Promise<Footprint> {
  // What footprint-child.ts sends.
  const child = join(import.meta.dirname, 'footprint-child.ts');
  return (await askChild(child, order, await readWorkerFlags())) as Footprint;
}
