import type { PoolClient, QueryResult } from 'pg';
import { type Prelude, queryAfter, type Statement } from './opening-query.ts';
import type { TxConnection } from './transaction.ts';

/** A statement that opens a transaction, with the text it is prepared from. */
export interface Opening extends Prelude {
  readonly text: string;
}

/** A transaction that begins with its first statement, in the same round trip. */
export interface LazyTransaction extends TxConnection {
  /** Nothing was sent yet: there is nothing to end. */
  readonly isUntouched: boolean;
}

/** Statements that are each a transaction of their own, behind `opening` and in the same round trip. */
export function openEach(client: PoolClient, opening: Opening): TxConnection {
  return {
    async query(statement: Statement): Promise<QueryResult> {
      if (!isPrepared(client, opening)) await prepare(client, opening);
      return queryAfter(client, [opening], statement);
    },
    client: () => Promise.reject(new Error('a connection is lent by transactions only')),
  };
}

/** The openings that a connection has prepared. */
const prepared = new WeakMap<PoolClient, Set<string>>();

/** Puts `openings` before whatever is sent first over the connection. */
export function openLazily(client: PoolClient, openings: readonly Opening[]): LazyTransaction {
  let isUntouched = true;
  /** While the openings are on their way by themselves: nobody may pass them. */
  let opening: Promise<unknown> | undefined;

  /** Sends the openings one by one, which prepares them. */
  const open = async (): Promise<void> => {
    for (const each of openings) await prepare(client, each);
    opening = undefined;
  };

  return {
    get isUntouched() {
      return isUntouched;
    },
    async query(statement: Statement): Promise<QueryResult> {
      if (isUntouched) {
        isUntouched = false;
        const canPrecede = statement.values.length > 0 || statement.name !== undefined;
        if (canPrecede && openings.every((each) => isPrepared(client, each))) {
          return queryAfter(client, openings, statement);
        }
        opening = open();
      }
      if (opening !== undefined) await opening;
      return client.query(statement);
    },
    async client() {
      if (isUntouched) {
        isUntouched = false;
        opening = open();
      }
      if (opening !== undefined) await opening;
      return client;
    },
  };
}

function isPrepared(client: PoolClient, { name }: Opening): boolean {
  return prepared.get(client)?.has(name) ?? false;
}

/** Runs an opening by itself; from then on the connection knows it by its name. */
async function prepare(client: PoolClient, { name, text, values }: Opening): Promise<void> {
  await client.query({ name, text, values: [...values] });
  const names = prepared.get(client) ?? new Set();
  prepared.set(client, names.add(name));
}
