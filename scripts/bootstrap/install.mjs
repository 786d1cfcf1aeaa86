import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprint } from './fingerprint.mjs';
import { withTreeLock } from './tree-lock.mjs';
import { root } from './paths.mjs';
import { PlainError } from './plain-error.mjs';
import { tell } from './say.mjs';

const pnpm = 'pnpm@12.21.0';
const stampFile = join(root, 'node_modules', '.zaphub-installed');

/** Installs the packages of the lockfile, unless that was done already. Only one process does it at a time. */
export async function install() {
  if (isInstalled()) return;
  await withTreeLock(root, () => {
    if (isInstalled()) return; // Another process did it while we waited.
    tell({
      en: 'Installing packages (about half a minute the first time)…',
      'pt-BR': 'Instalando pacotes (cerca de meio minuto na primeira vez)…',
    });
    const startedAt = performance.now();
    runPnpm();
    mkdirSync(join(root, 'node_modules'), { recursive: true });
    writeFileSync(stampFile, currentStamp());
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    tell({ en: `Installing packages… ${seconds} s`, 'pt-BR': `Instalando pacotes… ${seconds} s` });
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
      {
        en: 'npx was not found: this Node came without npm.',
        'pt-BR': 'O npx não foi encontrado: este Node veio sem o npm.',
      },
      {
        en: 'Install npm (on Debian: apt-get install npm), or Node from https://nodejs.org, and run the same command again.',
        'pt-BR':
          'Instale o npm (no Debian: apt-get install npm) ou o Node de https://nodejs.org e execute o mesmo comando de novo.',
      },
    );
  }
  if (result.status === 0) return;
  if (result.signal) {
    throw new PlainError(
      { en: 'The installation was interrupted.', 'pt-BR': 'A instalação foi interrompida.' },
      { en: 'Run the same command to continue.', 'pt-BR': 'Execute o mesmo comando para continuar.' },
    );
  }
  throw new PlainError(
    {
      en: 'The packages could not be installed; the reason is above.',
      'pt-BR': 'Não foi possível instalar os pacotes; o motivo está acima.',
    },
    {
      en: 'What was downloaded is kept. Usual causes: no connection to the npm registry, a full disk (1 GB is needed), or a folder you may not write to. Run the same command again.',
      'pt-BR':
        'O que foi baixado está mantido. Causas comuns: sem conexão com o registro do npm, disco cheio (é preciso 1 GB) ou pasta sem permissão de gravação. Execute o mesmo comando de novo.',
    },
  );
}
