import { AppError } from '@zaphub/types';

const connectionCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOENT',
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
  '08000',
  '08003',
  '08006',
  '08001',
  '53300', // too_many_connections
]);

const contentionCodes = new Set([
  '40001', // serialization_failure
  '40P01', // deadlock_detected
  '55P03', // lock_not_available
]);

function codeOf(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}

/** Did the connection fail, rather than the statement? The database may be restarting. */
export function isConnectionError(error: unknown): boolean {
  const code = codeOf(error);
  if (code !== undefined && connectionCodes.has(code)) return true;
  return (
    error instanceof Error &&
    /connection terminated|client has encountered a connection error|timeout exceeded when trying to connect|not queryable/i.test(
      error.message,
    )
  );
}

/** May the same transaction succeed when it is run again from its start? */
export function isRetryableDatabaseError(error: unknown): boolean {
  if (error instanceof AppError) return error.code === 'unavailable';
  const code = codeOf(error);
  return (code !== undefined && contentionCodes.has(code)) || isConnectionError(error);
}

/** The SQLSTATE of a unique violation, with the constraint's name; `undefined` for any other error. */
export function uniqueViolation(error: unknown): string | undefined {
  if (codeOf(error) !== '23505') return undefined;
  return typeof error === 'object' &&
    error !== null &&
    'constraint' in error &&
    typeof error.constraint === 'string'
    ? error.constraint
    : '';
}

/**
 * Did the caller send text that Postgres cannot hold (a NUL character, in a column or inside JSON)? It is the
 * caller's mistake, wherever in a request the text was.
 */
export function isUnstorableText(error: unknown): boolean {
  const code = codeOf(error);
  return code === '22021' || code === '22P05';
}
