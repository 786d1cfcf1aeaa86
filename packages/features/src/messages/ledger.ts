/**
 * Runs one named prepared statement: `Database.statement` (a transaction of its own, the hot path) or
 * `Tx.prepared` (inside a larger one).
 */
export type RunStatement = <R>(name: string, text: string, values: readonly unknown[]) => Promise<R[]>;

/**
 * An array of UUIDs as the server reads it. They need no quotes; the driver would look through each for what has to be
 * escaped, which costs a worker more than the rest of the statement.
 */
export function uuidArray(ids: readonly (string | null)[]): string {
  return `{${ids.map((id) => id ?? 'null').join(',')}}`;
}

/** A condition that lets a statement of its own not wait for the disk; true as it stands. */
export const withoutWaiting = `(select set_config('synchronous_commit', 'off', true)) = 'off'`;

/**
 * Adds the planner settings of the ledger's statements to a connection string. All of them look up rows by index
 * from arrays or a limit; a plan made while the table was small (a sequential scan, a hash join) would be kept
 * by the prepared statement after the table has grown a thousand times.
 */
export function ledgerConnectionString(connectionString: string): string {
  const url = new URL(connectionString);
  const settings = ['enable_seqscan', 'enable_hashjoin', 'enable_mergejoin', 'enable_bitmapscan', 'jit'].map(
    (name) => `-c ${name}=off`,
  );
  const existing = url.searchParams.get('options');
  url.searchParams.set(
    'options',
    [existing, ...settings, '-c plan_cache_mode=force_generic_plan'].filter(Boolean).join(' '),
  );
  return url.href;
}
