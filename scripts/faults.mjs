// `npm run faults`: the fault tests on both kinds of queues, then a thousand random campaigns with random faults, and
// a report. `--rounds N` (20 campaigns each, on each kind; default 25) and `--seed S` repeat what a report names.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './bootstrap/paths.mjs';
import { meetRequirements } from './test/requirements.mjs';
import { runLive } from './test/run-live.mjs';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '25' }, seed: { type: 'string' } },
});
const rounds = Number(values.rounds);
const seed = Number(values.seed ?? Math.floor(Math.random() * 1e9));
if (!Number.isInteger(rounds) || rounds < 1 || !Number.isInteger(seed) || seed < 0) {
  console.error('--rounds takes a whole number from 1, --seed one from 0.');
  process.exit(2);
}
if (!meetRequirements()) process.exit(1);

const folder = join(root, 'node_modules', '.cache', 'zaphub');
const report = join(folder, 'faults.json');
const vitest = join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'vitest.cmd' : 'vitest');
const soak = 'apps/worker/faults/soak';
mkdirSync(folder, { recursive: true });
rmSync(report, { force: true });

const lines = [];
let failed = 0;
const note = (what, code) => {
  lines.push(`${code === 0 ? '✔' : '✘'} ${what}`);
  failed += code === 0 ? 0 : 1;
};
for (const queues of ['postgres', 'redis']) {
  const suite = [vitest, 'run', '--project=faults', `--exclude=${soak}/**`];
  note(`fault tests, queues in ${queues}`, await runLive(suite, { FAULT_QUEUES: queues }));
}
const storm = [vitest, 'run', '--project=faults', soak];
const env = { FAULT_ROUNDS: String(rounds), FAULT_SEED: String(seed), FAULT_REPORT: report };
note(`${rounds} rounds on each kind of queues, seeds from ${seed}`, await runLive(storm, env));

console.log(`\n${lines.join('\n')}`);
for (const line of tell(JSON.parse(readFileSync(report, 'utf8')))) console.log(line);
console.log(`All of it: ${report}`);
process.exitCode = failed === 0 ? 0 : 1;

/** What the rounds came to, in a few lines. */
function tell(results) {
  const sum = (of) => results.reduce((total, result) => total + of(result), 0);
  const faults = new Map();
  for (const { kind } of results.flatMap((result) => result.faults)) {
    faults.set(kind, (faults.get(kind) ?? 0) + 1);
  }
  const broken = results.filter((result) => result.broken.length > 0);
  return [
    `${sum((result) => result.campaigns)} campaigns, ${sum((result) => result.recipients)} recipients, ${Math.round(sum((result) => result.seconds))} s`,
    `faults: ${[...faults].map(([kind, count]) => `${kind} ${count}`).join(', ')}`,
    ...broken.map(
      (result) =>
        `broken with queues in ${result.queues}: --rounds 1 --seed ${result.seed} (${result.broken.map(({ name }) => name).join(', ')})`,
    ),
  ];
}
