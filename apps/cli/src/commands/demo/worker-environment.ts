import type { DemoHome } from './demo-home.ts';

type Environment = Record<string, string | undefined>;

/**
 * The environment of the demo's worker: its own database, files and journal, and the queues in that database,
 * whatever this machine's installation is configured for. Simulator settings of the caller stay.
 */
export function workerEnvironment(
  inherited: Readonly<Environment>,
  demo: { home: DemoHome; systemUrl: string; logLevel: string },
): Environment {
  return {
    ...inherited,
    DATABASE_URL: undefined,
    DATABASE_API_URL: undefined,
    DATABASE_SYSTEM_URL: demo.systemUrl,
    SUPABASE_JWT_SECRET: undefined,
    REDIS_URL: undefined,
    ZAPHUB_HOME: demo.home.dir,
    ZAPHUB_FILES_DIR: demo.home.filesDir,
    SIMULATOR_JOURNAL_DIR: demo.home.journalDir,
    LOG_LEVEL: demo.logLevel,
    LOG_PRETTY: 'true',
  };
}
