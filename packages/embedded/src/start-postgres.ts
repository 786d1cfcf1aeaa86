import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { diskFull, EmbeddedError, explainFileError } from './embedded-error.ts';
import { findFreePort } from './free-port.ts';
import type { GuardOrder } from './guard-order.ts';
import { initialiseCluster } from './initialise-cluster.ts';
import { launchPostgres, type ClosePostgres } from './launch-postgres.ts';
import { findPostgresAccount } from './postgres-account.ts';
import { findPostgresBinaries, programPath } from './postgres-binaries.ts';
import { reachableBinaries, reachableDataDir } from './reachable-folders.ts';
import { clearStalePostmaster } from './stale-postmaster.ts';

/** How to start one Postgres. */
export interface StartPostgresOptions {
  /** The cluster's folder, absolute; created when missing. Its parent is created too. */
  readonly dataDir: string;
  /** Postgres settings by name, such as `{ shared_buffers: '256MB' }`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Port to listen on when it is free; another free one is taken when it is not. */
  readonly port?: number;
  /** Name of the superuser of a new cluster (default `postgres`). */
  readonly user?: string;
  /** Password of that superuser (default `postgres`: nothing but this machine can connect). */
  readonly password?: string;
  /** Wait for the disk when a cluster is created (default true). */
  readonly sync?: boolean;
  /** Called before the slow step of making a new cluster. */
  readonly onInitialise?: () => void;
  /** Gives up the start; a Postgres that is already coming up is stopped. */
  readonly signal?: AbortSignal;
}

/** A running Postgres that listens on 127.0.0.1 only. */
export interface RunningPostgres {
  /** Connection string of the superuser, database `postgres`. */
  readonly url: string;
  readonly port: number;
  /** The real folder of the cluster: elsewhere than asked when root's own folders are closed to Postgres. */
  readonly dataDir: string;
  /** Resolves with the exit code when Postgres has ended, by `close` or by itself. Never rejects. */
  readonly exited: Promise<number>;
  /** Shuts down: `fast` (default) ends sessions and writes a checkpoint, `immediate` is a crash. Idempotent. */
  readonly close: ClosePostgres;
}

const bindAttempts = 5;

/**
 * Starts the embedded Postgres 18 on `dataDir` and resolves when it accepts connections. It ends with this
 * process, even when that is killed. What an earlier crash left behind is cleaned up first, so the caller must
 * know that nobody else uses the folder.
 *
 * @throws EmbeddedError `disk_full`, `not_writable`, `unsupported_system`, `version_mismatch`, `start_failed`
 */
export async function startPostgres(options: StartPostgresOptions): Promise<RunningPostgres> {
  const binaries = findPostgresBinaries();
  const account = await findPostgresAccount();
  const dataDir = await reachableDataDir(options.dataDir, account);
  const root = await reachableBinaries(binaries, account).catch((error: unknown) => {
    throw explainFileError(error, '/var/lib/zaphub');
  });
  const superuser = { name: options.user ?? 'postgres', password: options.password ?? 'postgres' };
  if (!(await isCluster(dataDir))) options.onInitialise?.();
  await initialiseCluster({ root, dataDir, account, superuser, sync: options.sync ?? true });
  await clearStalePostmaster(dataDir);

  for (let attempt = 1; ; attempt += 1) {
    options.signal?.throwIfAborted();
    const port = await findFreePort(attempt === 1 ? options.port : undefined);
    const order: GuardOrder = {
      program: programPath(root, 'postgres'),
      control: programPath(root, 'pg_ctl'),
      args: serverArguments(dataDir, port, options.settings ?? {}),
      dataDir,
      account,
      env: { LC_ALL: 'C', PATH: '/usr/bin:/bin' },
    };
    const started = await launchPostgres(order, options.signal);
    if (started.state === 'ready') {
      const credentials = `${encodeURIComponent(superuser.name)}:${encodeURIComponent(superuser.password)}`;
      const url = `postgres://${credentials}@127.0.0.1:${port}/postgres`;
      return { url, port, dataDir, exited: started.exited, close: started.close };
    }
    if (/could not bind|Address already in use/i.test(started.log) && attempt < bindAttempts) continue;
    throw explainStart(started.log, dataDir);
  }
}

function serverArguments(
  dataDir: string,
  port: number,
  settings: Readonly<Record<string, string>>,
): string[] {
  const all: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_min_messages: 'warning',
    log_checkpoints: 'off',
    ...settings,
  };
  return [
    '-D',
    dataDir,
    '-p',
    String(port),
    ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
}

async function isCluster(dataDir: string): Promise<boolean> {
  return stat(join(dataDir, 'PG_VERSION')).then(
    () => true,
    () => false,
  );
}

function explainStart(log: string, dataDir: string): EmbeddedError {
  if (/no space left on device|disk quota/i.test(log)) return diskFull(dataDir);
  const reason = /(?:FATAL|PANIC): {2}(.*)/.exec(log)?.[1] ?? 'it gave no reason';
  return new EmbeddedError(
    'start_failed',
    {
      en: `The database in ${dataDir} did not start: ${reason}.`,
      'pt-BR': `O banco de dados em ${dataDir} não iniciou: ${reason}.`,
    },
    {
      en: `Your data was not touched. The whole story is in ${dataDir}.log.`,
      'pt-BR': `Seus dados não foram alterados. O relato completo está em ${dataDir}.log.`,
    },
  );
}
