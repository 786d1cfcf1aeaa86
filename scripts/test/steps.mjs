import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { buildWebWhenStale } from '../bootstrap/build-web.mjs';
import { projectNode, root } from '../bootstrap/paths.mjs';
import { PlainError } from '../bootstrap/plain-error.mjs';
import { runLive } from './run-live.mjs';

/** @typedef {{ passed: number, failed: number, skipped?: number }} Count */

const reports = join(root, 'node_modules', '.cache', 'zaphub');
const bin = (name) => join(root, 'node_modules', '.bin', process.platform === 'win32' ? `${name}.cmd` : name);

// Most of them wait for servers and processes of their own: two at once also where there are only two cores.
const unitWorkers = [`--maxWorkers=${Math.max(2, availableParallelism() - 1)}`];

/** The steps of `npm test`, in order; each resolves with what it counted. */
export const steps = [
  { name: 'check', run: check },
  { name: 'concurrency library', run: () => vitest('concurrency', ['--coverage']) },
  { name: 'unit and integration tests', run: () => vitest('unit', unitWorkers) },
  ...(hasProject('faults') ? [{ name: 'fault tests', run: () => vitest('faults') }] : []),
  { name: 'dashboard build', run: buildDashboard },
  { name: 'browser tests', run: browserTests },
  ...(existsSync(join(root, 'apps/bench/src/smoke.ts'))
    ? [{ name: 'benchmarks, briefly', run: benchSmoke }]
    : []),
];

/** @returns {Promise<Count>} */
async function check() {
  return asOne(await runLive([projectNode(), join(root, 'scripts', 'check.mjs')]));
}

function hasProject(name) {
  return new RegExp(`name: '${name}'`).test(readFileSync(join(root, 'vitest.config.ts'), 'utf8'));
}

/** @returns {Promise<Count>} */
async function vitest(project, options = []) {
  const report = freshReport(`vitest-${project}.json`);
  const code = await runLive([
    bin('vitest'),
    'run',
    `--project=${project}`,
    ...options,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ]);
  const result = readReport(report);
  if (!result) return { passed: 0, failed: 1 };
  return atLeastOneFailure(code, {
    passed: result.numPassedTests,
    failed: result.numFailedTests,
    skipped: result.numPendingTests + result.numTodoTests,
  });
}

/** @returns {Promise<Count>} */
async function buildDashboard() {
  try {
    await buildWebWhenStale();
    return { passed: 1, failed: 0 };
  } catch (error) {
    if (!(error instanceof PlainError)) throw error;
    console.error(error.message);
    return { passed: 0, failed: 1 };
  }
}

/** @returns {Promise<Count>} */
async function browserTests() {
  const config = join(root, 'apps/web/playwright.config.ts');
  if (!existsSync(config)) {
    console.error('apps/web/playwright.config.ts is missing: the browser tests cannot run.');
    return { passed: 0, failed: 1 };
  }
  const report = freshReport('playwright.json');
  const code = await runLive([bin('playwright'), 'test', `--config=${config}`, '--reporter=list,json'], {
    PLAYWRIGHT_JSON_OUTPUT_NAME: report,
  });
  const stats = readReport(report)?.stats;
  if (!stats) return { passed: 0, failed: 1 };
  const { expected, flaky, unexpected, skipped } = stats;
  return atLeastOneFailure(code, { passed: expected + flaky, failed: unexpected, skipped });
}

/** @returns {Promise<Count>} */
async function benchSmoke() {
  return asOne(await runLive([projectNode(), join(root, 'apps/bench/src/main.ts'), 'smoke']));
}

function asOne(code) {
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** A run may fail without a failed test (an unhandled error, a file that does not load). */
function atLeastOneFailure(code, count) {
  return code !== 0 && count.failed === 0 ? { ...count, failed: 1 } : count;
}

function freshReport(name) {
  const path = join(reports, name);
  mkdirSync(reports, { recursive: true });
  rmSync(path, { force: true });
  return path;
}

function readReport(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
}
