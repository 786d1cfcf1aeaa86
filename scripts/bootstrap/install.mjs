import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprint } from './fingerprint.mjs';
import { withInstallLock } from './install-lock.mjs';
import { root } from './paths.mjs';
import { PlainError } from './plain-error.mjs';

const pnpm = 'pnpm@12.21.0';
const stampFile = join(root, 'node_modules', '.zaphub-installed');

/** Installs the packages of the lockfile, unless that was done already. Only one process does it at a time. */
export async function install() {
  if (isInstalled()) return;
  await withInstallLock(root, () => {
    if (isInstalled()) return; // Another process did it while we waited.
    process.stderr.write('Installing packages (about half a minute the first time)...\n');
    const startedAt = performance.now();
    runPnpm();
    mkdirSync(join(root, 'node_modules'), { recursive: true });
    writeFileSync(stampFile, currentStamp());
    process.stderr.write(`Installing packages... ${((performance.now() - startedAt) / 1000).toFixed(1)} s\n`);
  });
}

function isInstalled() {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === currentStamp();
}

/** What the installed packages depend on: the lockfile, every package.json and the system. */
function currentStamp() {
  const manifests = ['apps', 'packages'].flatMap((folder) =>
    readdirSync(join(root, folder))
      .sort()
      .map((name) => `${folder}/${name}/package.json`),
  );
  const files = ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json', ...manifests];
  return `${process.platform}-${process.arch} ${fingerprint(root, files)}\n`;
}

function runPnpm() {
  const result = spawnSync(
    'npx',
    ['-y', pnpm, 'install', '--frozen-lockfile', '--config.confirmModulesPurge=false'],
    {
      cwd: root,
      // Its progress is for people: standard output belongs to the command that follows.
      stdio: ['ignore', 2, 2],
      env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1' },
      shell: process.platform === 'win32',
    },
  );
  if (result.error && 'code' in result.error && result.error.code === 'ENOENT') {
    throw new PlainError(
      'npx was not found: this Node came without npm.',
      'Install npm (on Debian: apt-get install npm), or Node from https://nodejs.org, and run the same command again.',
    );
  }
  if (result.status === 0) return;
  if (result.signal)
    throw new PlainError('The installation was interrupted.', 'Run the same command to continue.');
  throw new PlainError(
    'The packages could not be installed; the reason is above.',
    'Usual causes: no connection to the npm registry, a full disk (1 GB is needed), or a folder you may not write to. ' +
      'What was downloaded is kept: run the same command again.',
  );
}
