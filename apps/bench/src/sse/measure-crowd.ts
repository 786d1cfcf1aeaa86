import { setTimeout as pause } from 'node:timers/promises';
import { median } from '../rounds.ts';
import { gather } from './crowd.ts';
import type { StreamServer } from './servers.ts';

/** What a server was measured at with a crowd of readers. */
export interface CrowdResult {
  readonly bytesPerConnection: number;
  readonly connectionsPerGiB: number;
  readonly deliveriesPerSecond: number;
  /** Milliseconds until all but one in a hundred had an event; median of the rounds. */
  readonly p99Ms: number;
  readonly connectedPerSecond: number;
  /** Growth of the process while `watchMs` passed with an event a second, per connection. */
  readonly growthBytesPerConnection: number;
}

const gib = 2 ** 30;
const settleMs = 1500;
const warmUpReaders = 2000;
let marks = 0;

/** Connects a crowd, tells it events one by one, then watches the memory for a while. */
export async function measureCrowd(
  server: StreamServer,
  options: { readonly size: number; readonly rounds: number; readonly watchMs: number },
): Promise<CrowdResult> {
  const { size, rounds, watchMs } = options;
  const { url, path, tokens } = server;
  // Once before, so that what a process grows to by working at all is not counted as streams.
  const few = await gather({ url, path, tokens, size: warmUpReaders });
  const first = nextMark();
  await few.tell(first, () => server.cast(first));
  await few.close();
  await pause(settleMs);
  const before = await server.rssBytes();
  const crowd = await gather({ url, path, tokens, size });
  try {
    await pause(settleMs);
    const connected = await server.rssBytes();
    const rates: number[] = [];
    const p99s: number[] = [];
    const tell = async (): Promise<number[]> => {
      const mark = nextMark();
      return crowd.tell(mark, () => server.cast(mark));
    };
    for (let round = -2; round < rounds; round++) {
      const arrivals = await tell();
      await pause(400);
      if (round < 0) continue;
      rates.push((size * 1000) / (arrivals.at(-1) ?? Number.NaN));
      p99s.push(arrivals[Math.floor((size - 1) * 0.99)] ?? Number.NaN);
    }
    const growth = await watch(server, tell, watchMs);
    return {
      bytesPerConnection: (connected - before) / size,
      connectionsPerGiB: (gib * size) / (connected - before),
      deliveriesPerSecond: median(rates),
      p99Ms: median(p99s),
      connectedPerSecond: (size * 1000) / crowd.connectMs,
      growthBytesPerConnection: growth / size,
    };
  } finally {
    await crowd.close();
  }
}

/** Eight letters that no other event has. */
function nextMark(): string {
  marks += 1;
  return String(marks).padStart(8, '0');
}

/** Bytes the process grew by from the first third of the time to its end. */
async function watch(server: StreamServer, tell: () => Promise<unknown>, watchMs: number): Promise<number> {
  const start = performance.now();
  let early: number | undefined;
  while (performance.now() - start < watchMs) {
    await tell();
    if (early === undefined && performance.now() - start > watchMs / 3) early = await server.rssBytes();
    await pause(1000);
  }
  return early === undefined ? 0 : (await server.rssBytes()) - early;
}
