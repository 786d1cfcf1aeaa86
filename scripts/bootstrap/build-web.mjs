import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow, fingerprint } from './fingerprint.mjs';
import { projectEnvironment, projectNode, root } from './paths.mjs';
import { PlainError } from './plain-error.mjs';
import { tell } from './say.mjs';
import { withTreeLock } from './tree-lock.mjs';

const stampFolder = join(root, 'node_modules', '.cache', 'zaphub');
const stampFile = join(stampFolder, 'web-build');

/** Builds the dashboard into apps/web/dist, unless what is there was built from the same sources. */
export async function buildWebWhenStale() {
  const stamp = sourceStamp();
  if (isBuilt(stamp)) return;
  await withTreeLock(root, () => {
    if (isBuilt(stamp)) return; // Another process did it while we waited.
    tell({ en: 'Building the dashboard…', 'pt-BR': 'Montando o painel…' });
    const startedAt = performance.now();
    runTurbo();
    mkdirSync(stampFolder, { recursive: true });
    writeFileSync(stampFile, stamp);
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    tell({ en: `Building the dashboard… ${seconds} s`, 'pt-BR': `Montando o painel… ${seconds} s` });
  });
}

function isBuilt(stamp) {
  return (
    existsSync(join(root, 'apps/web/dist/index.html')) &&
    existsSync(stampFile) &&
    readFileSync(stampFile, 'utf8') === stamp
  );
}

function runTurbo() {
  const turbo = join(root, 'node_modules', 'turbo', 'bin', 'turbo');
  const args = [turbo, 'run', 'build', '--filter=@zaphub/web', '--output-logs=errors-only'];
  const result = spawnSync(projectNode(), args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    env: projectEnvironment(),
  });
  if (result.status === 0) return;
  throw new PlainError(
    {
      en: 'The dashboard could not be built; the reason is above.',
      'pt-BR': 'Não foi possível montar o painel; o motivo está acima.',
    },
    {
      en: 'Usual causes: a full disk, too little memory (1 GB is needed), or a change to its sources that does not compile.',
      'pt-BR':
        'Causas comuns: disco cheio, pouca memória (é preciso 1 GB) ou uma mudança no código que não compila.',
    },
  );
}

function sourceStamp() {
  const skipped = ['node_modules', 'dist', 'e2e', 'coverage', 'test-results', 'playwright-report'];
  const sources = ['apps/web', 'packages/types'].flatMap((folder) => filesBelow(root, folder, skipped));
  return fingerprint(root, [...sources, 'pnpm-lock.yaml', 'tsconfig.base.json']);
}
