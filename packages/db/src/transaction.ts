import { AppError } from '@zaphub/types';
import type { PoolClient, QueryResult } from 'pg';
import type { Statement } from './opening-query.ts';

/** One open transaction. Not to be used after the function that received it has returned. */
export interface Tx {
  /** All rows of a statement. */
  rows<R>(text: string, values?: readonly unknown[]): Promise<R[]>;
  /** The only row, or `undefined` when there is none. @throws AppError `internal` for more than one. */
  maybeOne<R>(text: string, values?: readonly unknown[]): Promise<R | undefined>;
  /** The only row. @throws AppError `internal` unless there is exactly one. */
  one<R>(text: string, values?: readonly unknown[]): Promise<R>;
  /** Runs a statement and answers how many rows it touched. */
  run(text: string, values?: readonly unknown[]): Promise<number>;
  /** All rows of a named prepared statement, parsed and planned once a connection: for hot paths. */
  prepared<R>(name: string, text: string, values: readonly unknown[]): Promise<R[]>;
  /** The connection itself, inside the transaction: for COPY and cursors. */
  client(): Promise<PoolClient>;
}

/** What a transaction runs its statements on. */
export interface TxConnection {
  query(statement: Statement): Promise<QueryResult>;
  client(): Promise<PoolClient>;
}

/** The statement interface over a connection that is inside a transaction, or will be with its first statement. */
export function createTx(connection: TxConnection): Tx {
  const rows = async <R>(text: string, values: readonly unknown[] = []): Promise<R[]> => {
    // The row type is the caller's promise about its own SQL; pg cannot know it.
    const result = await connection.query({ text, values: [...values] });
    return result.rows as R[];
  };
  const maybeOne = async <R>(text: string, values?: readonly unknown[]): Promise<R | undefined> => {
    const found = await rows<R>(text, values);
    if (found.length > 1) throw new AppError('internal', `expected at most one row, got ${found.length}`);
    return found[0];
  };
  return {
    rows,
    maybeOne,
    async one<R>(text: string, values?: readonly unknown[]): Promise<R> {
      const row = await maybeOne<R>(text, values);
      if (row === undefined) throw new AppError('internal', 'expected one row, got none');
      return row;
    },
    async run(text, values = []) {
      const result = await connection.query({ text, values: [...values] });
      return result.rowCount ?? 0;
    },
    async prepared<R>(name: string, text: string, values: readonly unknown[]): Promise<R[]> {
      const result = await connection.query({ name, text, values: [...values] });
      // As above: the caller's promise about its own SQL.
      return result.rows as R[];
    },
    client: () => connection.client(),
  };
}
