import process, { argv, stderr, stdout } from 'node:process';
import { parseArgs } from 'node:util';
import { formatRow } from './bench-row.ts';
import type { Bench } from './bench-row.ts';
import { importBench } from './import/import-bench.ts';
import { sendBench } from './send/send-bench.ts';
import { smokeBench } from './smoke.ts';

const benches = new Map<string, Bench>([
  ['import', importBench],
  ['send', sendBench],
  ['smoke', smokeBench],
]);

const { positionals, values } = parseArgs({
  args: argv.slice(2),
  allowPositionals: true,
  options: { json: { type: 'boolean' }, rows: { type: 'string' }, rounds: { type: 'string' } },
});
const bench = benches.get(positionals[0] ?? '');
const rows = readCount(values.rows);
const rounds = readCount(values.rounds);
if (bench === undefined || Number.isNaN(rows) || Number.isNaN(rounds)) {
  stderr.write(`usage: bench (${[...benches.keys()].join(' | ')}) [--json] [--rows N] [--rounds N]\n`);
  process.exitCode = 2;
} else {
  const tell = (line: string): void => void stderr.write(`  ${line} …\n`);
  for await (const row of bench({ rows, rounds: rounds ?? 5, tell })) {
    stdout.write((values.json === true ? JSON.stringify(row) : formatRow(row)) + '\n');
    if (!row.ok) process.exitCode = 1;
  }
}

/** A positive whole number, `undefined` when not given, NaN when it is none. */
function readCount(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  return /^[1-9][0-9]{0,8}$/.test(text) ? Number(text) : Number.NaN;
}
