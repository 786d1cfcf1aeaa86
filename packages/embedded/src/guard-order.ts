import type { PostgresAccount } from './postgres-account.ts';

/** What the guard process is told to run. */
export interface GuardOrder {
  /** Path of `postgres`. */
  readonly program: string;
  /** Path of `pg_ctl`, used on Windows, where signals do not reach Postgres. */
  readonly control: string;
  readonly args: readonly string[];
  readonly dataDir: string;
  readonly account: PostgresAccount | undefined;
  readonly env: Readonly<Record<string, string>>;
}
