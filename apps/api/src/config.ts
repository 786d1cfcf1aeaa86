import { fileURLToPath } from 'node:url';
import { hkdfSync } from 'node:crypto';
import { isCredentialsKey, type KeyRing, readKeyRing } from '@zaphub/features';
import type { QueueBackendOptions } from '@zaphub/queues';
import { parseRedisUrl } from '@zaphub/redis';
import type { LogLevel } from '@zaphub/telemetry';
import { connectionProvider, type ConnectionProvider, type Plan } from '@zaphub/types';
import { z } from 'zod';

/** How access tokens are checked: by one shared secret, or by the issuer's public keys. Never by both. */
export type TokenKeys = { kind: 'secret'; secret: string } | { kind: 'jwks'; url: URL };

export interface ApiConfig {
  readonly host: string;
  readonly port: number;
  readonly databaseUrl: string;
  readonly maxConnections: number;
  /** Shared by the api processes for live events, the cache and the allowances; each does without when absent. */
  readonly redisUrl: string | undefined;
  /** The way to the queues, for operators; absent where there is neither a Redis nor a role for it. */
  readonly queues: QueueBackendOptions | undefined;
  /** How many event streams one process keeps open, and how many of them for one tenant. */
  readonly events: { readonly maxReaders: number; readonly maxReadersPerTenant: number };
  readonly supabase: { readonly url: URL; readonly publishableKey: string };
  readonly tokens: {
    readonly keys: TokenKeys;
    readonly issuer: string | undefined;
    readonly audience: string | undefined;
  };
  /** Signs cursors; the same for all instances. */
  readonly cursorSecret: Uint8Array;
  /** Express's `trust proxy`: hops, addresses, or `false`. */
  readonly trustProxy: false | number | readonly string[];
  /** Served over https, so browsers may be told to insist on it. */
  readonly isHttps: boolean;
  readonly filesDir: string;
  /** The built dashboard; served when it is there. */
  readonly webDir: string;
  readonly migrationsDir: string;
  /** Of one address, where there is no tenant. */
  readonly requestsPerMinute: number;
  /** Of one tenant, by its plan. */
  readonly tenantRequestsPerMinute: Readonly<Record<Plan, number>>;
  readonly signInsPerMinute: number;
  readonly requestTimeoutMs: number;
  readonly headersTimeoutMs: number;
  readonly shutdownTimeoutMs: number;
  readonly log: { readonly level: LogLevel; readonly pretty: boolean };
  readonly version: string;
  /** Print what started, in which order, and how long each part took. */
  readonly showsBootTree: boolean;
  /** Opens what only operators may see; nothing is there for anybody when absent. */
  readonly operatorToken: string | undefined;
  /** Seals what tenants entrust to us; without a key nothing can be sealed or opened. */
  readonly credentials: KeyRing;
  /** Tenants' webhooks may go to plain http, any port and private networks. */
  readonly allowsPrivateWebhooks: boolean;
  /** Kinds of connection that tenants may add; `baileys`, which is against WhatsApp's terms, only when asked for. */
  readonly providers: ReadonlySet<ConnectionProvider>;
}

/** What is wrong with the environment: every problem, one a line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'config_invalid';
}

const fromHere = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const whole = (min: number, max: number) => z.coerce.number().int().min(min).max(max);
const httpUrl = z.url({ protocol: /^https?$/ });

const credentialsKey = z.string().refine(isCredentialsKey, 'not 32 bytes in base64');
const credentialsKeys = z
  .string()
  .refine(
    (text) => text.split(',').every((key) => isCredentialsKey(key.trim())),
    'not keys of 32 bytes in base64',
  );

const environment = z
  .object({
    ZAPHUB_HOST: z.string().default('127.0.0.1'),
    ZAPHUB_PORT: whole(0, 65_535).default(4400),
    DATABASE_API_URL: z.url({ protocol: /^postgres(ql)?$/ }),
    DATABASE_MAX_CONNECTIONS: whole(2, 200).default(10),
    REDIS_URL: z.string().refine(isRedisUrl, 'not an address of Redis').optional(),
    DATABASE_QUEUES_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
    EVENTS_MAX_STREAMS: whole(1, 1_000_000).default(20_000),
    EVENTS_MAX_STREAMS_PER_TENANT: whole(1, 1_000_000).default(200),
    SUPABASE_URL: httpUrl,
    SUPABASE_PUBLISHABLE_KEY: z.string().min(1),
    SUPABASE_JWT_SECRET: z.string().min(32).optional(),
    SUPABASE_JWKS_URL: httpUrl.optional(),
    SUPABASE_JWT_ISSUER: z.string().min(1).optional(),
    SUPABASE_JWT_AUDIENCE: z.string().min(1).optional(),
    CURSOR_SECRET: z.string().min(32).optional(),
    TRUST_PROXY: z.string().default(''),
    PUBLIC_URL: httpUrl.optional(),
    ZAPHUB_FILES_DIR: z.string().min(1),
    ZAPHUB_WEB_DIR: z.string().min(1).default(fromHere('../../web/dist')),
    ZAPHUB_MIGRATIONS_DIR: z.string().min(1).default(fromHere('../../../supabase/migrations')),
    ZAPHUB_VERSION: z.string().min(1).default('0.1.0'),
    RATE_LIMIT_PER_MINUTE: whole(1, 1_000_000).default(3000),
    RATE_LIMIT_FREE_PER_MINUTE: whole(1, 1_000_000).default(100),
    RATE_LIMIT_PRO_PER_MINUTE: whole(1, 1_000_000).default(500),
    RATE_LIMIT_ENTERPRISE_PER_MINUTE: whole(1, 1_000_000).default(2000),
    RATE_LIMIT_SIGN_IN_PER_MINUTE: whole(1, 1_000_000).default(60),
    REQUEST_TIMEOUT_MS: whole(1000, 3_600_000).default(300_000),
    HEADERS_TIMEOUT_MS: whole(1000, 120_000).default(10_000),
    SHUTDOWN_TIMEOUT_MS: whole(100, 120_000).default(10_000),
    LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
    LOG_PRETTY: z.enum(['true', 'false']).default('false'),
    ZAPHUB_BOOT_TREE: z.enum(['true', 'false']).default('false'),
    ZAPHUB_OPERATOR_TOKEN: z.string().min(32).optional(),
    ZAPHUB_CREDENTIALS_KEY: credentialsKey.optional(),
    ZAPHUB_CREDENTIALS_PREVIOUS_KEYS: credentialsKeys.optional(),
    ZAPHUB_BAILEYS: z.enum(['true', 'false']).default('false'),
    WEBHOOKS_ALLOW_PRIVATE: z.enum(['true', 'false']).default('false'),
  })
  .superRefine((env, context) => {
    if ((env.SUPABASE_JWT_SECRET === undefined) === (env.SUPABASE_JWKS_URL === undefined)) {
      const message = 'set exactly one of SUPABASE_JWT_SECRET and SUPABASE_JWKS_URL';
      context.addIssue({ code: 'custom', path: ['SUPABASE_JWT_SECRET'], message });
    }
    if (env.SUPABASE_JWT_SECRET === undefined && env.CURSOR_SECRET === undefined) {
      const message = 'needed when there is no SUPABASE_JWT_SECRET';
      context.addIssue({ code: 'custom', path: ['CURSOR_SECRET'], message });
    }
    if (env.SUPABASE_JWKS_URL !== undefined && env.SUPABASE_JWT_ISSUER === undefined) {
      const message = 'needed with SUPABASE_JWKS_URL';
      context.addIssue({ code: 'custom', path: ['SUPABASE_JWT_ISSUER'], message });
    }
  });

/**
 * Reads the environment, before anything opens. An empty variable counts as absent.
 * @throws ConfigError with every problem in one message
 */
export function parseConfig(env: Readonly<Record<string, string | undefined>>): ApiConfig {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse(given);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
    throw new ConfigError(`The configuration of the api is not complete:\n${lines.join('\n')}`);
  }
  const value = parsed.data;
  return {
    host: value.ZAPHUB_HOST,
    port: value.ZAPHUB_PORT,
    databaseUrl: value.DATABASE_API_URL,
    maxConnections: value.DATABASE_MAX_CONNECTIONS,
    redisUrl: value.REDIS_URL,
    queues: queueBackend(value.REDIS_URL, value.DATABASE_QUEUES_URL),
    events: {
      maxReaders: value.EVENTS_MAX_STREAMS,
      maxReadersPerTenant: value.EVENTS_MAX_STREAMS_PER_TENANT,
    },
    supabase: { url: new URL(value.SUPABASE_URL), publishableKey: value.SUPABASE_PUBLISHABLE_KEY },
    tokens: {
      keys:
        value.SUPABASE_JWKS_URL === undefined
          ? { kind: 'secret', secret: value.SUPABASE_JWT_SECRET ?? '' }
          : { kind: 'jwks', url: new URL(value.SUPABASE_JWKS_URL) },
      issuer: value.SUPABASE_JWT_ISSUER,
      audience: value.SUPABASE_JWT_AUDIENCE,
    },
    cursorSecret: deriveCursorSecret(value.CURSOR_SECRET ?? value.SUPABASE_JWT_SECRET ?? ''),
    trustProxy: parseTrustProxy(value.TRUST_PROXY),
    isHttps: value.PUBLIC_URL?.startsWith('https:') ?? false,
    filesDir: value.ZAPHUB_FILES_DIR,
    webDir: value.ZAPHUB_WEB_DIR,
    migrationsDir: value.ZAPHUB_MIGRATIONS_DIR,
    requestsPerMinute: value.RATE_LIMIT_PER_MINUTE,
    tenantRequestsPerMinute: {
      free: value.RATE_LIMIT_FREE_PER_MINUTE,
      pro: value.RATE_LIMIT_PRO_PER_MINUTE,
      enterprise: value.RATE_LIMIT_ENTERPRISE_PER_MINUTE,
    },
    signInsPerMinute: value.RATE_LIMIT_SIGN_IN_PER_MINUTE,
    requestTimeoutMs: value.REQUEST_TIMEOUT_MS,
    headersTimeoutMs: value.HEADERS_TIMEOUT_MS,
    shutdownTimeoutMs: value.SHUTDOWN_TIMEOUT_MS,
    log: { level: value.LOG_LEVEL, pretty: value.LOG_PRETTY === 'true' },
    version: value.ZAPHUB_VERSION,
    showsBootTree: value.ZAPHUB_BOOT_TREE === 'true',
    operatorToken: value.ZAPHUB_OPERATOR_TOKEN,
    credentials: readKeyRing(value.ZAPHUB_CREDENTIALS_KEY, value.ZAPHUB_CREDENTIALS_PREVIOUS_KEYS),
    allowsPrivateWebhooks: value.WEBHOOKS_ALLOW_PRIVATE === 'true',
    providers: new Set(
      connectionProvider.options.filter((kind) => kind !== 'baileys' || value.ZAPHUB_BAILEYS === 'true'),
    ),
  };
}

/** As the worker decides it: Redis when there is one. The queues need a single server, not a cluster. */
function queueBackend(
  redisUrl: string | undefined,
  databaseUrl: string | undefined,
): QueueBackendOptions | undefined {
  if (redisUrl !== undefined) return { kind: 'redis', url: redisUrl };
  return databaseUrl === undefined ? undefined : { kind: 'postgres', connectionString: databaseUrl };
}

function isRedisUrl(text: string): boolean {
  try {
    parseRedisUrl(text);
    return true;
  } catch {
    return false;
  }
}

/** A key of its own, so that nothing signed here is ever good as a token. */
function deriveCursorSecret(secret: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, '', 'zaphub cursors', 32));
}

function parseTrustProxy(text: string): false | number | readonly string[] {
  if (text === '') return false;
  return /^\d+$/.test(text) ? Number(text) : text.split(',').map((address) => address.trim());
}
