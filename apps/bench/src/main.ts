import process, { argv, stderr, stdout } from 'node:process';
import { parseArgs } from 'node:util';
import { formatRow } from './bench-row.ts';
import type { Bench } from './bench-row.ts';

const benches = new Map<string, () => Promise<Bench>>([
  ['cache', async () => (await import('./cache/cache-bench.ts')).cacheBench],
  ['api', async () => (await import('./api/api-bench.ts')).apiBench],
  ['ceiling', async () => (await import('./ceiling/ceiling-bench.ts')).ceilingBench],
  ['claim', async () => (await import('./claim/claim-bench.ts')).claimBench],
  ['compression', async () => (await import('./compression/compression-bench.ts')).compressionBench],
  ['concurrency', async () => (await import('./concurrency/concurrency-bench.ts')).concurrencyBench],
  ['context', async () => (await import('./context/context-bench.ts')).contextBench],
  ['fairness', async () => (await import('./fairness/fairness-bench.ts')).fairnessBench],
  ['import', async () => (await import('./import/import-bench.ts')).importBench],
  ['latency', async () => (await import('./latency/latency-bench.ts')).latencyBench],
  ['pacing', async () => (await import('./pacing/pacing-bench.ts')).pacingBench],
  ['send', async () => (await import('./send/send-bench.ts')).sendBench],
  ['sse', async () => (await import('./sse/sse-bench.ts')).sseBench],
  ['smoke', async () => (await import('./smoke.ts')).smokeBench],
]);

const { positionals, values } = readArguments();
const load = benches.get(positionals[0] ?? '');
const rows = readCount(values.rows);
const rounds = readCount(values.rounds);
const connections = readCount(values.connections);
const minutes = readCount(values.minutes);
const isWrong = values.help === true || [rows, rounds, connections, minutes].some(Number.isNaN);
if (load === undefined || isWrong) {
  stderr.write(
    `usage: bench (${[...benches.keys()].join(' | ')}) [--json] [--rows N] [--rounds N] [--only NAME]\n` +
      '       bench sse [--connections N] [--minutes N]\n       bench ceiling [--minutes N]\n',
  );
  process.exitCode = 2;
} else {
  const bench = await load();
  const tell = (line: string): void => void stderr.write(`  ${line} …\n`);
  for await (const row of bench({
    rows,
    rounds: rounds ?? 5,
    only: values.only,
    connections,
    minutes,
    tell,
  })) {
    stdout.write((values.json === true ? JSON.stringify(row) : formatRow(row)) + '\n');
    if (!row.ok) process.exitCode = 1;
  }
}

/** A positive whole number, `undefined` when not given, NaN when it is none. */
function readCount(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  return /^[1-9][0-9]{0,8}$/.test(text) ? Number(text) : Number.NaN;
}

/** What was asked for; what is not known is answered like a call for help. */
function readArguments() {
  const options = {
    help: { type: 'boolean', short: 'h' },
    json: { type: 'boolean' },
    only: { type: 'string' },
    rows: { type: 'string' },
    rounds: { type: 'string' },
    connections: { type: 'string' },
    minutes: { type: 'string' },
  } as const;
  try {
    return parseArgs({ args: argv.slice(2), allowPositionals: true, options });
  } catch (error) {
    stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return parseArgs({ args: ['--help'], allowPositionals: true, options });
  }
}
