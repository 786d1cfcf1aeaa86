import { join } from 'node:path';
import type { CliConfig } from '../../config.ts';
import { credentialsEnvironment, type CredentialsKeys } from '../../services/credentials-keys.ts';
import type { Services } from '../../services/open-services.ts';

type Environment = Record<string, string | undefined>;

/**
 * The configuration of the api and the worker, as environment variables, on top of what this process was given.
 * Each gets only the credentials it works with: the api cannot act as the engine, the worker cannot sign tokens.
 */
export function processEnvironments(
  inherited: Readonly<Environment>,
  config: CliConfig,
  services: Services,
  keys: CredentialsKeys,
  address: { host: string; port: number; publicUrl: string },
): { api: Environment; worker: Environment } {
  const shared: Environment = {
    ...inherited,
    // The owner's connection migrates; the processes have no use for it.
    DATABASE_URL: undefined,
    DATABASE_API_URL: undefined,
    DATABASE_SYSTEM_URL: undefined,
    DATABASE_QUEUES_URL: undefined,
    SUPABASE_JWT_SECRET: undefined,
    ZAPHUB_OPERATOR_TOKEN: undefined,
    SUPABASE_URL: services.supabase.url,
    SUPABASE_PUBLISHABLE_KEY: services.supabase.publishableKey,
    REDIS_URL: config.redisUrl,
    ...credentialsEnvironment(keys),
    PUBLIC_URL: address.publicUrl,
    ZAPHUB_HOME: config.homeDir,
    ZAPHUB_HOST: address.host,
    ZAPHUB_PORT: String(address.port),
    ZAPHUB_FILES_DIR: inherited['ZAPHUB_FILES_DIR'] ?? join(config.homeDir, 'files'),
    SIMULATOR_JOURNAL_DIR: inherited['SIMULATOR_JOURNAL_DIR'] ?? join(config.homeDir, 'simulator'),
    LOG_LEVEL: config.logLevel,
    LOG_PRETTY: inherited['LOG_PRETTY'] ?? 'true',
  };
  return {
    api: {
      ...shared,
      DATABASE_API_URL: services.urls.api,
      DATABASE_QUEUES_URL: services.urls.queues,
      SUPABASE_JWT_SECRET: services.supabase.jwtSecret,
      ZAPHUB_OPERATOR_TOKEN: inherited['ZAPHUB_OPERATOR_TOKEN'],
    },
    worker: {
      ...shared,
      DATABASE_SYSTEM_URL: services.urls.system,
      // Beside the api, where it is easily found; taken by somebody else, the worker goes on without.
      WORKER_METRICS_PORT: inherited['WORKER_METRICS_PORT'] ?? String(Math.min(address.port + 1, 65_535)),
    },
  };
}
