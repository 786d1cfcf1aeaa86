import { setTimeout as pause } from 'node:timers/promises';
import { median } from '../rounds.ts';
import { type Crowd, gather } from './crowd.ts';
import type { StreamServer } from './servers.ts';

/** What a server was measured at with a crowd of readers. */
export interface CrowdResult {
  readonly bytesPerConnection: number;
  readonly connectionsPerGiB: number;
  readonly deliveriesPerSecond: number;
  /** Processor time of the server for one reader's event, in microseconds. */
  readonly cpuUsPerDelivery: number;
  /** Milliseconds until all but one in a hundred had an event; median of the rounds. */
  readonly p99Ms: number;
  readonly connectedPerSecond: number;
  /** Growth of the process while `watchMs` passed with an event a second, per connection. */
  readonly growthBytesPerConnection: number;
}

interface Gathered {
  readonly name: string;
  readonly server: StreamServer;
  readonly crowd: Crowd;
  readonly bytes: number;
  readonly rates: number[];
  readonly p99s: number[];
  readonly cpuUs: number[];
}

const gib = 2 ** 30;
const settleMs = 1500;
/** With 19,000 more they fit into the 20,000 descriptors of a process. */
const firstReaders = 900;
let marks = 0;

/**
 * Connects a crowd to each server, then tells them events in turns, so that what else the machine does hits all
 * alike; at last watches the memory of the first for a while.
 */
export async function measureCrowds<Name extends string>(
  servers: Readonly<Record<Name, StreamServer>>,
  options: { readonly size: number; readonly rounds: number; readonly watchMs: number },
): Promise<Record<Name, CrowdResult>> {
  const { size, rounds, watchMs } = options;
  const all: Gathered[] = [];
  try {
    for (const [name, server] of Object.entries<StreamServer>(servers)) {
      all.push(await gatherBefore(name, server, size));
    }
    for (let round = -2; round < rounds; round++) {
      for (const each of all) await tellOnce(each, round >= 0);
    }
    const grown = all[0] === undefined ? 0 : await watch(all[0], watchMs);
    // One result for each of the names.
    return Object.fromEntries(
      all.map((each, i) => [each.name, resultOf(each, i === 0 ? grown : 0)]),
    ) as Record<Name, CrowdResult>;
  } finally {
    for (const { crowd } of all) await crowd.close();
  }
}

async function gatherBefore(name: string, server: StreamServer, size: number): Promise<Gathered> {
  const { url, path, tokens } = server;
  // Some are there before and while it is measured, so that what a process grows to by working at all is not counted
  // as streams, and nothing that others have given back is counted as free.
  const first = await gather({ url, path, tokens, size: firstReaders });
  const mark = nextMark();
  await first.tell(mark, () => server.cast(mark));
  await pause(settleMs);
  const before = await server.usage();
  const crowd = await gather({ url, path, tokens, size });
  await pause(settleMs);
  const { rssBytes } = await server.usage();
  await first.close();
  return { name, server, crowd, bytes: rssBytes - before.rssBytes, rates: [], p99s: [], cpuUs: [] };
}

async function tellOnce({ server, crowd, rates, p99s, cpuUs }: Gathered, isCounted: boolean): Promise<void> {
  const mark = nextMark();
  const before = await server.usage('quick');
  const arrivals = await crowd.tell(mark, () => server.cast(mark));
  const after = await server.usage('quick');
  await pause(300);
  if (!isCounted) return;
  rates.push((crowd.size * 1000) / (arrivals.at(-1) ?? Number.NaN));
  p99s.push(arrivals[Math.floor((crowd.size - 1) * 0.99)] ?? Number.NaN);
  cpuUs.push((after.cpuUs - before.cpuUs) / crowd.size);
}

function resultOf({ crowd, bytes, rates, p99s, cpuUs }: Gathered, grown: number): CrowdResult {
  return {
    bytesPerConnection: bytes / crowd.size,
    connectionsPerGiB: (gib * crowd.size) / bytes,
    deliveriesPerSecond: median(rates),
    cpuUsPerDelivery: median(cpuUs),
    p99Ms: median(p99s),
    connectedPerSecond: (crowd.size * 1000) / crowd.connectMs,
    growthBytesPerConnection: grown / crowd.size,
  };
}

/** Eight digits that no other event has. */
function nextMark(): string {
  marks += 1;
  return String(marks).padStart(8, '0');
}

/** Bytes the process grew by from the first third of the time to its end, with about an event a second. */
async function watch(each: Gathered, watchMs: number): Promise<number> {
  const start = performance.now();
  let early: number | undefined;
  while (performance.now() - start < watchMs) {
    await tellOnce(each, false);
    if (early === undefined && performance.now() - start > watchMs / 3) {
      early = (await each.server.usage()).rssBytes;
    }
    await pause(700);
  }
  return early === undefined ? 0 : (await each.server.usage()).rssBytes - early;
}
