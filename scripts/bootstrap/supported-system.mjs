import { PlainError } from './plain-error.mjs';

const supported = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'win32-x64'];

/** Why ZapHub cannot run on this system, or `undefined`. */
export function unsupportedSystem(system = `${process.platform}-${process.arch}`, glibc = glibcVersion()) {
  if (!supported.includes(system)) {
    const list = supported.join(', ');
    return new PlainError(
      {
        en: `ZapHub does not run on this system (${system}): there is no Node 24 or no Postgres for it.`,
        'pt-BR': `O ZapHub não roda neste sistema (${system}): não há Node 24 ou Postgres para ele.`,
      },
      {
        en: `Use one of: ${list}. On a 64-bit Windows, install the 64-bit Node.`,
        'pt-BR': `Use um destes: ${list}. Em um Windows de 64 bits, instale o Node de 64 bits.`,
      },
    );
  }
  if (system.startsWith('linux') && !glibc) {
    return new PlainError(
      {
        en: 'ZapHub does not run on a Linux without glibc (such as Alpine).',
        'pt-BR': 'O ZapHub não roda em um Linux sem glibc (como o Alpine).',
      },
      {
        en: 'Use Debian, Ubuntu, Fedora or another Linux with glibc; in a container, an image such as node:24-slim.',
        'pt-BR':
          'Use Debian, Ubuntu, Fedora ou outro Linux com glibc; em um contêiner, uma imagem como node:24-slim.',
      },
    );
  }
  return undefined;
}

function glibcVersion() {
  if (process.platform !== 'linux') return undefined;
  process.report.excludeNetwork = true; // The network part may take seconds.
  return process.report.getReport().header.glibcVersionRuntime;
}
