export { EmbeddedError, type EmbeddedErrorCode } from './embedded-error.ts';
export { startPostgres, type RunningPostgres, type StartPostgresOptions } from './start-postgres.ts';
