import { AppError } from '@zaphub/types';
import pg from 'pg';
import { isConnectionError, isUnstorableText } from './database-errors.ts';
import { listenOn } from './listen.ts';
import type { Listener } from './listen.ts';
import { openEach, openLazily } from './open-transaction.ts';
import type { Opening } from './open-transaction.ts';
import type { TenantScope } from './scope.ts';
import { createTx } from './transaction.ts';
import type { Tx } from './transaction.ts';
import { valueTypes } from './value-types.ts';

/** A pool of connections and the only ways to open a transaction on it. */
export interface Database {
  /** Runs `work` as the api's role inside one tenant: row-level security shows nothing else, whoever logged in. */
  tenant<T>(scope: TenantScope, work: (tx: Tx) => Promise<T>): Promise<T>;
  /**
   * Like `tenant` for reading: each statement of `work` is a transaction of its own that cannot write, in one round
   * trip. For work of one statement, or of several that need not see the same moment.
   */
  read<T>(scope: TenantScope, work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Runs `work` as the api's role for a person before a tenant is chosen: only their memberships are visible. */
  user<T>(userId: string, work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Runs `work` as the role that logged in. The engine serves all tenants; every statement names its tenant. */
  system<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /**
   * Runs one prepared statement as the role that logged in: a transaction of its own in one round trip, for the
   * hot paths of the engine. Like `system` in everything else.
   */
  statement<R>(name: string, text: string, values: readonly unknown[]): Promise<R[]>;
  /**
   * Hears NOTIFY on a channel over a connection of its own, which is opened again when it breaks; what was
   * notified meanwhile is lost, so `onReconnect` should look for it.
   */
  listen(channel: string, onPayload: (payload: string) => void, onReconnect?: () => void): Promise<Listener>;
  /** One round trip. @throws AppError `unavailable` */
  ping(): Promise<void>;
  /** Waits for open transactions, then closes every connection. */
  close(): Promise<void>;
}

export interface DatabaseOptions {
  connectionString: string;
  /** Default 10. */
  maxConnections?: number;
  applicationName?: string;
  /** Default 30 000; a statement that takes longer is cancelled by the server. 0 for none. */
  statementTimeoutMs?: number;
  /** How long a transaction may wait for a free connection; default 10 000. */
  acquireTimeoutMs?: number;
  /** Hears about connections that broke while idle; they are replaced by themselves. */
  onConnectionLost?: (error: Error) => void;
}

const begin: Opening = { name: 'begin', text: 'begin', values: [] };
const tenantBegin = `select set_config('role', 'zaphub_api', true), set_config('app.tenant_id', $1, true), set_config('app.user_id', $2, true)`;

const tenantRead = `${tenantBegin}, set_config('transaction_read_only', 'on', true)`;

function beginAs(tenantId: string, userId: string): readonly Opening[] {
  return [begin, { name: 'tenant_begin', text: tenantBegin, values: [tenantId, userId] }];
}

function userOf(scope: TenantScope): string {
  return scope.actor.kind === 'user' ? scope.actor.userId : '';
}

/** Opens a pool lazily: the first transaction makes the first connection. A restarted server is found again. */
export function createDatabase(options: DatabaseOptions): Database {
  const pool = new pg.Pool({
    connectionString: options.connectionString,
    max: options.maxConnections ?? 10,
    application_name: options.applicationName ?? 'zaphub',
    connectionTimeoutMillis: options.acquireTimeoutMs ?? 10_000,
    // A frozen process keeps its row locks no longer than this.
    idle_in_transaction_session_timeout: 20_000,
    statement_timeout: options.statementTimeoutMs ?? 30_000,
    types: valueTypes,
  });
  pool.on('error', (error) => options.onConnectionLost?.(error));
  const listeners = new Set<Listener>();

  const transaction = async <T>(openings: readonly Opening[], work: (tx: Tx) => Promise<T>): Promise<T> => {
    const client = await connect(pool);
    client.on('error', ignoreRepeat);
    const opened = openLazily(client, openings);
    let broken: Error | undefined;
    try {
      const result = await work(createTx(opened));
      if (!opened.isUntouched) await client.query('commit');
      return result;
    } catch (error) {
      if (!opened.isUntouched) broken = await rollback(client, error);
      throw translated(error);
    } finally {
      client.off('error', ignoreRepeat);
      client.release(broken);
    }
  };

  return {
    tenant: (scope, work) => transaction(beginAs(scope.tenantId, userOf(scope)), work),
    async read(scope, work) {
      const client = await connect(pool);
      client.on('error', ignoreRepeat);
      let broken: Error | undefined;
      try {
        const values = [scope.tenantId, userOf(scope)];
        return await work(createTx(openEach(client, { name: 'tenant_read', text: tenantRead, values })));
      } catch (error) {
        if (isConnectionError(error)) broken = error instanceof Error ? error : new Error(String(error));
        throw translated(error);
      } finally {
        client.off('error', ignoreRepeat);
        client.release(broken);
      }
    },
    user: (userId, work) => transaction(beginAs('', userId), work),
    system: (work) => transaction([begin], work),
    async statement<R>(name: string, text: string, values: readonly unknown[]): Promise<R[]> {
      const client = await connect(pool);
      client.on('error', ignoreRepeat);
      let broken: Error | undefined;
      try {
        const result = await client.query({ name, text, values: [...values] });
        // The row type is the caller's promise about its own SQL.
        return result.rows as R[];
      } catch (error) {
        if (!isConnectionError(error)) throw error;
        broken = error instanceof Error ? error : new Error(String(error));
        throw new AppError('unavailable', `the database connection was lost: ${String(error)}`, {
          cause: error,
        });
      } finally {
        client.off('error', ignoreRepeat);
        client.release(broken);
      }
    },
    async listen(channel, onPayload, onReconnect) {
      const listener = await listenOn(options.connectionString, channel, onPayload, onReconnect);
      listeners.add(listener);
      return {
        async close() {
          listeners.delete(listener);
          await listener.close();
        },
      };
    },
    async ping() {
      await transaction([begin], (tx) => tx.one('select 1 as ok'));
    },
    async close() {
      await Promise.all([...listeners].map((listener) => listener.close()));
      await pool.end();
    },
  };
}

function translated(error: unknown): unknown {
  if (isConnectionError(error)) {
    return new AppError('unavailable', `the database connection was lost: ${String(error)}`, {
      cause: error,
    });
  }
  if (isUnstorableText(error)) {
    return new AppError('bad_request', 'text with a NUL character', {
      publicMessage: {
        en: 'The text contains a character that cannot be stored (NUL).',
        'pt-BR': 'O texto contém um caractere que não pode ser guardado (NUL).',
      },
      cause: error,
    });
  }
  return error;
}

/** A connection that breaks while checked out emits 'error' beside rejecting its query; once is enough. */
function ignoreRepeat(): void {}

async function connect(pool: pg.Pool): Promise<pg.PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw new AppError('unavailable', `no database connection: ${String(error)}`, { cause: error });
  }
}

/** Rolls back; answers the error that makes the connection unfit for the pool, if there is one. */
async function rollback(client: pg.PoolClient, error: unknown): Promise<Error | undefined> {
  if (isConnectionError(error)) return error instanceof Error ? error : new Error(String(error));
  try {
    await client.query('rollback');
    return undefined;
  } catch (failure) {
    return failure instanceof Error ? failure : new Error(String(failure));
  }
}
