import { hostname } from 'node:os';
import {
  type FailpointSpec,
  isCredentialsKey,
  type KeyRing,
  parseFailpoint,
  readKeyRing,
} from '@zaphub/features';
import type { SimulatorOptions } from '@zaphub/providers';
import type { QueueBackendOptions } from '@zaphub/queues';
import type { LogLevel } from '@zaphub/telemetry';
import { toPublicId } from '@zaphub/types';
import { z } from 'zod';
import { readRoles, type Role } from './roles.ts';

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
  readonly simulator: SimulatorOptions;
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
  /** Where a gateway is to send a connection's webhooks; absent: what is set there is left alone. */
  readonly webhookUrlFor: ((connectionId: string) => string) | undefined;
}

/** What is wrong with the environment: every problem, one a line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'config_invalid';
}

const whole = (min: number, max: number) => z.coerce.number().int().min(min).max(max);
const share01 = z.coerce.number().min(0).max(1);
const flag = z.enum(['true', 'false']);
const dayMs = 86_400_000;

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
    WORKER_LANES: whole(1, 500).default(8),
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
    PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
    FAILPOINT: z.string().optional(),
    NODE_ENV: z.string().optional(),
    LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
    LOG_PRETTY: flag.default('false'),
    SIMULATOR_JOURNAL_DIR: z.string().min(1),
    SIMULATOR_SEED: whole(0, 2 ** 31).default(1),
    SIMULATOR_DEDUPLICATES: flag.default('true'),
    SIMULATOR_MAX_IN_FLIGHT: whole(1, 10_000).default(1_000),
    SIMULATOR_LATENCY_MIN_MS: whole(0, 60_000).default(0),
    SIMULATOR_LATENCY_MAX_MS: whole(0, 60_000).default(0),
    SIMULATOR_LOST_AFTER_MS: whole(0, 60_000).default(200),
    SIMULATOR_RETRY_AFTER_MS: whole(0, dayMs).default(1_000),
    SIMULATOR_REFUSED_RATE: share01.default(0),
    SIMULATOR_NOT_SENT_RATE: share01.default(0),
    SIMULATOR_THROTTLED_RATE: share01.default(0),
    SIMULATOR_SERVER_ERROR_RATE: share01.default(0),
    SIMULATOR_LOST_REPLY_RATE: share01.default(0),
    SIMULATOR_RECEIPTS: flag.default('true'),
    SIMULATOR_DELIVERED_MIN_MS: whole(0, dayMs).default(200),
    SIMULATOR_DELIVERED_MAX_MS: whole(0, dayMs).default(1_000),
    SIMULATOR_READ_MIN_MS: whole(0, dayMs).default(500),
    SIMULATOR_READ_MAX_MS: whole(0, dayMs).default(3_000),
    SIMULATOR_READ_RATE: share01.default(0.6),
    SIMULATOR_DUPLICATE_RECEIPT_RATE: share01.default(0),
    SIMULATOR_LATE_RECEIPT_RATE: share01.default(0),
    SIMULATOR_LATE_RECEIPT_MS: whole(0, dayMs).default(60_000),
  })
  .superRefine((env, context) => {
    if (env.FAILPOINT === undefined) return;
    const issue = (message: string): void =>
      context.addIssue({ code: 'custom', path: ['FAILPOINT'], message });
    if (env.NODE_ENV === 'production') issue('failpoints are for tests and refused in production');
    if (parseFailpoint(env.FAILPOINT) === undefined)
      issue('expected name:kill, :throw, :stop or :sleep=ms, with @n');
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
    simulator: simulatorOptions(value),
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
    webhookUrlFor: webhookUrls(value.PUBLIC_URL),
  };
}

function simulatorOptions(value: z.infer<typeof environment>): SimulatorOptions {
  return {
    journalDir: value.SIMULATOR_JOURNAL_DIR,
    seed: value.SIMULATOR_SEED,
    deduplicates: value.SIMULATOR_DEDUPLICATES === 'true',
    maxInFlight: value.SIMULATOR_MAX_IN_FLIGHT,
    latency: {
      minMs: value.SIMULATOR_LATENCY_MIN_MS,
      maxMs: Math.max(value.SIMULATOR_LATENCY_MIN_MS, value.SIMULATOR_LATENCY_MAX_MS),
    },
    lostAfterMs: value.SIMULATOR_LOST_AFTER_MS,
    retryAfterMs: value.SIMULATOR_RETRY_AFTER_MS,
    rates: {
      refused01: value.SIMULATOR_REFUSED_RATE,
      notSent01: value.SIMULATOR_NOT_SENT_RATE,
      throttled01: value.SIMULATOR_THROTTLED_RATE,
      serverError01: value.SIMULATOR_SERVER_ERROR_RATE,
      lostReply01: value.SIMULATOR_LOST_REPLY_RATE,
    },
    receipts: value.SIMULATOR_RECEIPTS === 'true' && {
      delivered: { minMs: value.SIMULATOR_DELIVERED_MIN_MS, maxMs: value.SIMULATOR_DELIVERED_MAX_MS },
      read: { minMs: value.SIMULATOR_READ_MIN_MS, maxMs: value.SIMULATOR_READ_MAX_MS },
      read01: value.SIMULATOR_READ_RATE,
      duplicate01: value.SIMULATOR_DUPLICATE_RECEIPT_RATE,
      late01: value.SIMULATOR_LATE_RECEIPT_RATE,
      lateMs: value.SIMULATOR_LATE_RECEIPT_MS,
    },
  };
}

/** Each connection has an address of its own below the installation's. */
function webhookUrls(publicUrl: string | undefined): WorkerConfig['webhookUrlFor'] {
  if (publicUrl === undefined) return undefined;
  const base = publicUrl.replace(/\/$/, '');
  return (connectionId) => `${base}/webhooks/wuzapi/${toPublicId('connection', connectionId)}`;
}
