import { spawn } from 'node:child_process';
import { chown, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diskFull, EmbeddedError, explainFileError } from './embedded-error.ts';
import type { PostgresAccount } from './postgres-account.ts';
import { programPath } from './postgres-binaries.ts';
import { ownedFolder } from './reachable-folders.ts';

/** What a new cluster is made of. */
export interface ClusterOptions {
  readonly root: string;
  readonly dataDir: string;
  readonly account: PostgresAccount | undefined;
  readonly superuser: { readonly name: string; readonly password: string };
  /** Wait until the new files are on the disk. */
  readonly sync: boolean;
}

/**
 * Creates the cluster when `dataDir` holds none, and answers whether it did. A half-made one (the process was
 * killed, the disk was full) is never taken for a cluster: it is made beside `dataDir` and renamed at the end.
 *
 * @throws EmbeddedError `version_mismatch`, `disk_full`, `not_writable`, `start_failed`
 */
export async function initialiseCluster(options: ClusterOptions): Promise<boolean> {
  const { dataDir } = options;
  const version = await readFile(join(dataDir, 'PG_VERSION'), 'utf8').catch(() => undefined);
  if (version !== undefined) {
    if (version.trim() === '18') return false;
    throw new EmbeddedError(
      'version_mismatch',
      {
        en: `The data in ${dataDir} was made by Postgres ${version.trim()}, but this ZapHub runs Postgres 18.`,
        'pt-BR': `Os dados em ${dataDir} são do Postgres ${version.trim()}, mas este ZapHub usa o Postgres 18.`,
      },
      {
        en: 'Nothing was changed. Start the version of ZapHub that made it and export your data, or choose another folder with ZAPHUB_HOME.',
        'pt-BR':
          'Nada foi alterado. Inicie a versão do ZapHub que os criou e exporte os dados, ou escolha outra pasta com ZAPHUB_HOME.',
      },
    );
  }
  const unfinished = `${dataDir}.new`;
  try {
    await rm(unfinished, { recursive: true, force: true });
    await ownedFolder(unfinished, options.account);
    await runInitdb(options, unfinished);
    await rename(unfinished, dataDir);
    return true;
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw explainFileError(error, dataDir);
  }
}

async function runInitdb(options: ClusterOptions, target: string): Promise<void> {
  const secrets = await mkdtemp(join(tmpdir(), 'zaphub-'));
  try {
    const passwordFile = join(secrets, 'password');
    await writeFile(passwordFile, `${options.superuser.password}\n`, { mode: 0o600 });
    if (options.account) {
      await chown(secrets, options.account.uid, options.account.gid);
      await chown(passwordFile, options.account.uid, options.account.gid);
    }
    const output = await collect(
      programPath(options.root, 'initdb'),
      initdbArguments(options, target, passwordFile),
      {
        ...options.account,
      },
    );
    if (output === undefined) return;
    if (/no space left|disk quota/i.test(output)) throw diskFull(options.dataDir);
    throw notCreated(options.dataDir, output.trim().split('\n').at(-1) ?? '?');
  } finally {
    await rm(secrets, { recursive: true, force: true });
  }
}

function notCreated(dataDir: string, reason: string): EmbeddedError {
  return new EmbeddedError(
    'start_failed',
    {
      en: `The database could not be created in ${dataDir}: ${reason}`,
      'pt-BR': `Não foi possível criar o banco de dados em ${dataDir}: ${reason}`,
    },
    {
      en: 'Nothing was left behind. If the reason makes no sense, please open an issue with it.',
      'pt-BR': 'Nada ficou para trás. Se o motivo não fizer sentido, abra uma issue com ele.',
    },
  );
}

function initdbArguments(options: ClusterOptions, target: string, passwordFile: string): string[] {
  return [
    `--pgdata=${target}`,
    `--username=${options.superuser.name}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // Postgres's own Unicode rules: the same order on every system, whatever its C library.
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-instructions',
    ...(options.sync ? [] : ['--no-sync']),
  ];
}

/** Runs a program; answers its error output when it failed and `undefined` when it succeeded. */
function collect(
  program: string,
  args: string[],
  account: Partial<PostgresAccount>,
): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...account, cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] });
    let output = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.once('error', reject);
    child.once('close', (code) => resolve(code === 0 ? undefined : output || `exit code ${String(code)}`));
  });
}
