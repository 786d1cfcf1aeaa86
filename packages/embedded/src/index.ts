export { EmbeddedError, type EmbeddedErrorCode, type EmbeddedText } from './embedded-error.ts';
export {
  machineSettings,
  startEmbedded,
  type EmbeddedProgress,
  type EmbeddedServices,
  type StartEmbeddedOptions,
} from './start-embedded.ts';
export { findRunning, type RunningServices } from './find-running.ts';
export { startPostgres, type RunningPostgres, type StartPostgresOptions } from './start-postgres.ts';
export { bootstrapSupabase, type DatabaseUrls } from './supabase-bootstrap.ts';
export type { AuthEmail } from './supabase-lite.ts';
export { lockHome, type HomeLock } from './home-lock.ts';
