import { hostname } from 'node:os';
import {
  type FailpointSpec,
  isCredentialsKey,
  type KeyRing,
  parseFailpoint,
  readKeyRing,
} from '@zaphub/features';
import type { QueueBackendOptions } from '@zaphub/queues';
import type { LogLevel } from '@zaphub/telemetry';
import { toPublicId } from '@zaphub/types';
import { z } from 'zod';
import { flag, whole } from './environment-fields.ts';
import { readRoles, type Role } from './roles.ts';
import { simulatorConfig, type SimulatorConfig, simulatorEnvironment } from './simulator-config.ts';

export interface WorkerConfig {
  /** Names this process in leases. */
  readonly owner: string;
  /** What this process does; all of it unless the command line names less. */
  readonly roles: ReadonlySet<Role>;
  /** The queues whose jobs it does; `undefined` for all of them. */
  readonly queueNames: ReadonlySet<string> | undefined;
  /** Where this machine may read the worker's numbers; 0 is any free port, absent nowhere. */
  readonly metricsPort: number | undefined;
  readonly version: string;
  readonly databaseUrl: string;
  readonly queues: QueueBackendOptions;
  readonly simulator: SimulatorConfig;
  readonly filesDir: string;
  readonly leaseMs: number;
  readonly reconcileMs: number;
  /** A job of a silent process is run again after so long: no later than its leases end. */
  readonly queueLockMs: number;
  readonly lanes: number;
  readonly streams: number;
  /** Tasks done at once: exports, deletions, recounts. */
  readonly taskConcurrency: number;
  readonly shutdownTimeoutMs: number;
  /** Print what started, in which order, and how long each part took. */
  readonly showsBootTree: boolean;
  readonly failpoint: FailpointSpec | undefined;
  readonly log: { readonly level: LogLevel; readonly pretty: boolean };
  /** Opens what tenants entrusted to us. */
  readonly credentials: KeyRing;
  /** Sessions of numbers that this process holds at most. */
  readonly maxSessions: number;
  /** Opens sessions as a linked device (Baileys), which is against WhatsApp's terms. */
  readonly allowsBaileys: boolean;
  /** Where the Graph API is; absent: where Meta has it. */
  readonly cloudApiUrl: string | undefined;
  /** Requests of one Cloud API number under way at once: its rate times the seconds that an answer takes. */
  readonly cloudApiInFlight: number;
  /** Tenants' webhooks may go to plain http, any port and private networks. */
  readonly allowsPrivateWebhooks: boolean;
  /** Hosts at which WuzAPI gateways may be; absent: anywhere but where clouds keep their secrets. */
  readonly wuzapiHosts: readonly string[] | undefined;
  /** Where a gateway is to send a connection's webhooks; absent: what is set there is left alone. */
  readonly webhookUrlFor: ((connectionId: string) => string) | undefined;
}

/** What is wrong with the environment: every problem, one a line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'config_invalid';
}

const credentialsKeys = z
  .string()
  .refine(
    (text) => text.split(',').every((key) => isCredentialsKey(key.trim())),
    'not keys of 32 bytes in base64',
  );

const environment = z
  .object({
    DATABASE_SYSTEM_URL: z.url({ protocol: /^postgres(ql)?$/ }),
    REDIS_URL: z.url({ protocol: /^rediss?$/ }).optional(),
    ZAPHUB_FILES_DIR: z.string().min(1),
    LEASE_MS: whole(500, 600_000).default(15_000),
    RECONCILE_MS: whole(100, 600_000).default(5_000),
    WORKER_LANES: whole(1, 2_000).default(128),
    WORKER_STREAMS: whole(1, 16).default(3),
    WORKER_TASKS: whole(1, 64).default(2),
    SHUTDOWN_TIMEOUT_MS: whole(100, 120_000).default(15_000),
    ZAPHUB_BOOT_TREE: flag.default('false'),
    WORKER_QUEUES: z.string().optional(),
    WORKER_METRICS_PORT: whole(0, 65_535).optional(),
    ZAPHUB_VERSION: z.string().min(1).default('0.1.0'),
    WORKER_SESSIONS: whole(1, 10_000).default(500),
    ZAPHUB_CREDENTIALS_KEY: z.string().refine(isCredentialsKey, 'not 32 bytes in base64').optional(),
    ZAPHUB_CREDENTIALS_PREVIOUS_KEYS: credentialsKeys.optional(),
    ZAPHUB_BAILEYS: flag.default('false'),
    CLOUD_API_URL: z.url({ protocol: /^https?$/ }).optional(),
    CLOUD_API_MAX_IN_FLIGHT: whole(1, 2_000).default(40),
    PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
    WUZAPI_HOSTS: z.string().optional(),
    WEBHOOKS_ALLOW_PRIVATE: flag.default('false'),
    FAILPOINT: z.string().optional(),
    NODE_ENV: z.string().optional(),
    LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
    LOG_PRETTY: flag.default('false'),
    ...simulatorEnvironment,
  })
  .superRefine((env, context) => {
    const issue = (name: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [name], message });
    if (env.SIMULATOR_CONTROL_PORT !== undefined && env.NODE_ENV === 'production')
      issue('SIMULATOR_CONTROL_PORT', 'the control endpoint is for tests and refused in production');
    if (env.FAILPOINT === undefined) return;
    if (env.NODE_ENV === 'production')
      issue('FAILPOINT', 'failpoints are for tests and refused in production');
    if (parseFailpoint(env.FAILPOINT) === undefined)
      issue('FAILPOINT', 'expected name:kill, :throw, :stop or :sleep=ms, with @n');
  });

/**
 * Reads the environment, before anything opens. An empty variable counts as absent.
 * @throws ConfigError with every problem in one message
 */
export function parseConfig(
  env: Readonly<Record<string, string | undefined>>,
  pid: number,
  args: readonly string[] = [],
): WorkerConfig {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse(given);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
    throw new ConfigError(`The configuration of the worker is not complete:\n${lines.join('\n')}`);
  }
  const value = parsed.data;
  const { roles, queueNames, unknown } = readRoles(args, value.WORKER_QUEUES);
  if (unknown.length > 0) {
    throw new ConfigError(
      `The worker knows --queues (with names of queues or without) and --connections, not ${unknown.join(' ')}`,
    );
  }
  return {
    owner: `${hostname()}:${pid}`,
    roles,
    queueNames,
    metricsPort: value.WORKER_METRICS_PORT,
    version: value.ZAPHUB_VERSION,
    databaseUrl: value.DATABASE_SYSTEM_URL,
    queues:
      value.REDIS_URL === undefined
        ? { kind: 'postgres', connectionString: value.DATABASE_SYSTEM_URL }
        : { kind: 'redis', url: value.REDIS_URL },
    simulator: simulatorConfig(value),
    filesDir: value.ZAPHUB_FILES_DIR,
    leaseMs: value.LEASE_MS,
    reconcileMs: value.RECONCILE_MS,
    queueLockMs: Math.min(5_000, value.LEASE_MS),
    lanes: value.WORKER_LANES,
    streams: value.WORKER_STREAMS,
    taskConcurrency: value.WORKER_TASKS,
    shutdownTimeoutMs: value.SHUTDOWN_TIMEOUT_MS,
    showsBootTree: value.ZAPHUB_BOOT_TREE === 'true',
    failpoint: value.FAILPOINT === undefined ? undefined : parseFailpoint(value.FAILPOINT),
    log: { level: value.LOG_LEVEL, pretty: value.LOG_PRETTY === 'true' },
    credentials: readKeyRing(value.ZAPHUB_CREDENTIALS_KEY, value.ZAPHUB_CREDENTIALS_PREVIOUS_KEYS),
    maxSessions: value.WORKER_SESSIONS,
    allowsBaileys: value.ZAPHUB_BAILEYS === 'true',
    cloudApiUrl: value.CLOUD_API_URL,
    cloudApiInFlight: value.CLOUD_API_MAX_IN_FLIGHT,
    allowsPrivateWebhooks: value.WEBHOOKS_ALLOW_PRIVATE === 'true',
    wuzapiHosts: value.WUZAPI_HOSTS?.split(',').map((host) => host.trim()),
    webhookUrlFor: webhookUrls(value.PUBLIC_URL),
  };
}

/** Each connection has an address of its own below the installation's. */
function webhookUrls(publicUrl: string | undefined): WorkerConfig['webhookUrlFor'] {
  if (publicUrl === undefined) return undefined;
  const base = publicUrl.replace(/\/$/, '');
  return (connectionId) => `${base}/webhooks/wuzapi/${toPublicId('connection', connectionId)}`;
}
