import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bench, BenchRow } from '../bench-row.ts';
import { hammer } from '../hammer.ts';
import { cpuMsOf, type HttpChild, startHttpChild } from '../http-child.ts';
import { median, medianRounds } from '../rounds.ts';
import { writeBodies } from './bodies.ts';

const ourServer = join(import.meta.dirname, '../../../api/src/bench/compression-server.ts');
const peerServer = join(import.meta.dirname, 'peers-child.ts');
const connections = 20;
const seconds = 1;

/**
 * Replies a second of 2,000 distinct lists of 42 kB in Brotli 4: the api's compression beside shrink-ray-current
 * alone, `compression`, and the bare encoder; and the same as it adapts to the load.
 */
export const compressionBench: Bench = async function* ({ rows = 2_000, rounds, tell }) {
  const directory = await mkdtemp(join(tmpdir(), 'zaphub-bench-'));
  const children: HttpChild[] = [];
  try {
    const bodies = join(directory, 'bodies.jsonl');
    await writeBodies(bodies, rows);
    const costs = new Map<string, { bytes: number; cpuMs: number[] }>();
    const caseOf = async (name: string, path: string, kind: string): Promise<() => Promise<number>> => {
      const child = await startHttpChild(path, [bodies, kind]);
      children.push(child);
      return async () => {
        tell(name);
        const before = await cpuMsOf(child.process);
        const result = await hammer({
          url: child.url,
          connections,
          seconds,
          headers: { 'accept-encoding': 'gzip, deflate, br' },
        });
        const cpuMs = ((await cpuMsOf(child.process)) - before) / result.replies;
        costs.set(name, { bytes: result.bytes, cpuMs: [...(costs.get(name)?.cpuMs ?? []), cpuMs] });
        return result.perSecond;
      };
    };
    const rates = await medianRounds(
      {
        ours: await caseOf('ours', ourServer, 'usual'),
        adaptive: await caseOf('ours, adaptive', ourServer, 'adaptive'),
        compression: await caseOf('compression', peerServer, 'compression'),
        shrinkRay: await caseOf('shrink-ray', peerServer, 'shrink-ray'),
        oneShot: await caseOf('one-shot', peerServer, 'one-shot'),
      },
      rounds,
    );
    const row = (name: string, ours: number, peer: string, theirs: number, atLeast?: number): BenchRow => ({
      bench: 'compression',
      row: name,
      unit: 'replies/s',
      ours,
      peers: { [peer]: theirs },
      ratio: ours / theirs,
      goal: atLeast === undefined ? 'none' : `>= ${atLeast} x ${peer}`,
      ok: atLeast === undefined || ours / theirs >= atLeast,
    });
    const notes = [...costs].map(
      ([name, { bytes, cpuMs }]) =>
        `${name}: ${Math.round(bytes)} B and ${median(cpuMs).toFixed(2)} ms of processor a reply`,
    );
    yield { ...row('Brotli 4 vs compression', rates.ours, 'compression', rates.compression, 1), notes };
    yield row('Brotli 4 vs shrink-ray, cache off', rates.ours, 'shrink-ray', rates.shrinkRay, 1);
    yield row('shrink-ray alone vs compression', rates.shrinkRay, 'compression', rates.compression);
    yield row('Brotli 4 vs the bare encoder', rates.ours, 'one-shot', rates.oneShot);
    yield row('as it adapts vs compression', rates.adaptive, 'compression', rates.compression, 1);
  } finally {
    await Promise.all(children.map((child) => child.close()));
    await rm(directory, { recursive: true, force: true });
  }
};
