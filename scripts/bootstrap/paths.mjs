import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PlainError } from './plain-error.mjs';

/** The root folder of the repository. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** The project's own Node (24), which the packages bring along. */
export function projectNode() {
  const path = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(path)) return path;
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  throw new PlainError(
    {
      en: 'Node 24 was not installed with the other packages.',
      'pt-BR': 'O Node 24 não foi instalado com os outros pacotes.',
    },
    {
      en: 'Delete the folder node_modules and run the same command again, or install Node 24 yourself.',
      'pt-BR': 'Apague a pasta node_modules e execute o mesmo comando de novo, ou instale o Node 24.',
    },
  );
}

/** The environment of everything that is started: the project's programs first, caches on, telemetry off. */
export function projectEnvironment() {
  const bin = join(root, 'node_modules', '.bin');
  return {
    ...process.env,
    PATH: [bin, process.env.PATH ?? ''].join(delimiter),
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(root, 'node_modules', '.cache', 'node'),
    TURBO_TELEMETRY_DISABLED: '1',
    DO_NOT_TRACK: '1',
  };
}
