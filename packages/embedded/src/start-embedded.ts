import { join, resolve } from 'node:path';
import { lockHome } from './home-lock.ts';
import { keepPostgresRunning } from './keep-postgres-running.ts';
import { recallPorts, rememberPorts } from './remembered-ports.ts';
import { loadSecrets, secretsError } from './secrets.ts';
import { startPostgres } from './start-postgres.ts';
import { bootstrapSupabase, type DatabaseUrls } from './supabase-bootstrap.ts';
import { startSupabaseLite, type AuthEmail } from './supabase-lite.ts';

/** A step of the start, as it happens. */
export type EmbeddedProgress =
  | { readonly step: 'create_database' | 'start_database' | 'start_auth' }
  | { readonly step: 'database_elsewhere'; readonly dataDir: string }
  | { readonly step: 'database_restarted' };

/** How to start the embedded services. */
export interface StartEmbeddedOptions {
  /** The folder that holds everything: data, secrets, lock. Created when missing. */
  readonly homeDir: string;
  readonly onProgress?: (progress: EmbeddedProgress) => void;
  /** Gives up the start and stops what is already running. */
  readonly signal?: AbortSignal;
  /** Where links in the Auth API's e-mails lead (default `http://127.0.0.1:4400`). */
  readonly siteUrl?: string;
  /** Receives the Auth API's e-mails; there is no mail server on a bare machine. Dropped by default. */
  readonly onEmail?: (email: AuthEmail) => void;
}

/** The running services and how to reach them. */
export interface EmbeddedServices {
  /** Connection strings of the `zaphub` database. */
  readonly urls: Pick<DatabaseUrls, 'owner' | 'api' | 'system' | 'queues'>;
  readonly supabase: {
    readonly url: string;
    readonly publishableKey: string;
    readonly secretKey: string;
    readonly jwtSecret: string;
  };
  /** Call after migrations: shows new tables to the Data API. */
  reloadSchema(): Promise<void>;
  /** Stops the Auth and Data API, then Postgres, and gives the folder back. Idempotent. */
  close(): Promise<void>;
}

/**
 * Postgres settings for a machine that does other things too: modest memory, few checkpoints, nothing given up in
 * durability.
 */
export const machineSettings = {
  shared_buffers: '256MB',
  effective_cache_size: '1GB',
  maintenance_work_mem: '128MB',
  work_mem: '16MB',
  max_connections: '100',
  max_wal_size: '2GB',
  checkpoint_timeout: '15min',
  wal_compression: 'on',
  random_page_cost: '1.1',
  jit: 'off',
  autovacuum: 'on',
  fsync: 'on',
  synchronous_commit: 'on',
} as const;

/**
 * Starts Postgres 18 and Supabase's Auth and Data API on one home folder, for this process only, and resolves
 * when both accept requests. Postgres ends with this process even if that is killed, and is started again when
 * it ends by itself.
 *
 * @throws EmbeddedError with a remedy; whatever was already running is stopped again
 */
export async function startEmbedded(options: StartEmbeddedOptions): Promise<EmbeddedServices> {
  const homeDir = resolve(options.homeDir);
  const progress = options.onProgress ?? (() => undefined);
  const closers: (() => void | Promise<void>)[] = [];
  let closing: Promise<void> | undefined;
  const close = () => (closing ??= unwind(closers));
  try {
    const lock = await lockHome(homeDir);
    closers.push(() => lock.release());
    const secrets = await loadSecrets(homeDir);
    const ports = await recallPorts(homeDir);
    progress({ step: 'start_database' });
    const dataDir = join(homeDir, 'postgres');
    const start = (port: number | undefined) =>
      startPostgres({
        dataDir,
        settings: machineSettings,
        user: 'supabase_admin',
        password: secrets.passwords.superuser,
        onInitialise: () => progress({ step: 'create_database' }),
        ...(port === undefined ? {} : { port }),
        ...(options.signal ? { signal: options.signal } : {}),
      });
    const postgres = await keepPostgresRunning(start, ports.postgres, () =>
      progress({ step: 'database_restarted' }),
    );
    closers.push(() => postgres.close());
    if (postgres.dataDir !== dataDir) progress({ step: 'database_elsewhere', dataDir: postgres.dataDir });
    const urls = await bootstrapSupabase(postgres.url, secrets.passwords).catch((error: unknown) => {
      throw isWrongPassword(error) ? secretsError(join(homeDir, 'secrets.json'), error) : error;
    });
    options.signal?.throwIfAborted();

    progress({ step: 'start_auth' });
    const lite = await startSupabaseLite({
      databaseUrl: urls.authenticator,
      secrets,
      port: ports.supabase,
      siteUrl: options.siteUrl ?? 'http://127.0.0.1:4400',
      onEmail: options.onEmail ?? (() => undefined),
    });
    closers.push(() => lite.close());
    await rememberPorts(homeDir, { postgres: postgres.port, supabase: lite.port });
    options.signal?.throwIfAborted();
    const { publishableKey, secretKey, jwtSecret } = secrets;
    return {
      urls: { owner: urls.owner, api: urls.api, system: urls.system, queues: urls.queues },
      supabase: { url: lite.url, publishableKey, secretKey, jwtSecret },
      reloadSchema: () => lite.reloadSchema(),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The data was made with other secrets than the file has now. */
function isWrongPassword(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '28P01';
}

async function unwind(closers: (() => void | Promise<void>)[]): Promise<void> {
  for (let closer = closers.pop(); closer; closer = closers.pop()) await closer();
}
