import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow, fingerprint } from './fingerprint.mjs';
import { projectEnvironment, projectNode, root } from './paths.mjs';
import { PlainError } from './plain-error.mjs';

const stampFolder = join(root, 'node_modules', '.cache', 'zaphub');
const stampFile = join(stampFolder, 'web-build');

/** Builds the dashboard into apps/web/dist, unless what is there was built from the same sources. */
export function buildWebWhenStale() {
  const stamp = sourceStamp();
  const isFresh = existsSync(join(root, 'apps/web/dist/index.html')) && readStamp() === stamp;
  if (isFresh) return;
  process.stderr.write('Building the dashboard...\n');
  const startedAt = performance.now();
  const turbo = join(root, 'node_modules', 'turbo', 'bin', 'turbo');
  const result = spawnSync(
    projectNode(),
    [turbo, 'run', 'build', '--filter=@zaphub/web', '--output-logs=errors-only'],
    {
      cwd: root,
      stdio: ['ignore', 2, 2],
      env: projectEnvironment(),
    },
  );
  if (result.status !== 0) {
    throw new PlainError(
      'The dashboard could not be built; the reason is above.',
      'Usual causes: a full disk, too little memory (1 GB is needed), or a change to its sources that does not compile.',
    );
  }
  mkdirSync(stampFolder, { recursive: true });
  writeFileSync(stampFile, stamp);
  process.stderr.write(
    `Building the dashboard... ${((performance.now() - startedAt) / 1000).toFixed(1)} s\n`,
  );
}

function sourceStamp() {
  const skipped = ['node_modules', 'dist', 'e2e', 'coverage', 'test-results', 'playwright-report'];
  const sources = ['apps/web', 'packages/types'].flatMap((folder) => filesBelow(root, folder, skipped));
  return fingerprint(root, [...sources, 'pnpm-lock.yaml', 'tsconfig.base.json']);
}

function readStamp() {
  return existsSync(stampFile) ? readFileSync(stampFile, 'utf8') : undefined;
}
