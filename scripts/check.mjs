// `npm run check`: format, lint, types, boundaries, slices, dead code. Every step runs; the command fails if any did.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { projectEnvironment, projectNode, root } from './bootstrap/paths.mjs';
import { runStep } from './run-step.mjs';

/** The TypeScript projects: the Node side, and every package with a configuration of its own. */
function typeScriptProjects() {
  const own = ['apps', 'packages'].flatMap((folder) =>
    readdirSync(join(root, folder)).flatMap((name) =>
      existsSync(join(root, folder, name))
        ? readdirSync(join(root, folder, name))
            .filter((file) => /^tsconfig(\..+)?\.json$/.test(file))
            .map((file) => `${folder}/${name}/${file}`)
        : [],
    ),
  );
  return ['tsconfig.json', ...own];
}

const bin = (name) => join(root, 'node_modules', '.bin', process.platform === 'win32' ? `${name}.cmd` : name);

const steps = [
  { name: 'format', command: [bin('prettier'), '--check', '--log-level=warn', '.'] },
  { name: 'lint', command: [bin('oxlint')] },
  ...typeScriptProjects().map((project) => ({
    name: `types (${project})`,
    command: [bin('tsc'), '--noEmit', '-p', project],
  })),
  { name: 'boundaries', command: [bin('turbo'), 'boundaries'] },
  { name: 'slices', command: [projectNode(), join(root, 'scripts', 'check-slices.mjs')] },
  { name: 'dead code', command: [bin('knip')] },
];

/** Runs them one after another. @returns {Promise<number>} how many failed */
async function run(some) {
  let failed = 0;
  for (const { name, command } of some) {
    const ok = await runStep({ name, command, cwd: root, env: projectEnvironment() });
    if (!ok) failed += 1;
  }
  return failed;
}

// The formatter reads everything on one core; the others are beside it.
const [format, ...others] = steps;
const counts = await Promise.all([run([format]), run(others)]);
const failed = counts[0] + counts[1];
console.log(`check: ${steps.length - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
