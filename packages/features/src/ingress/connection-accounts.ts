import { coalesce } from '@zaphub/concurrency';
import { type Database, systemScope } from '@zaphub/db';
import type { Secret } from '@zaphub/providers';
import type { ConnectionProvider } from '@zaphub/types';
import { type KeyRing, readCredentials } from '../credentials/index.ts';

/** A connection as its network knows it: whose it is, what was set for it, and what opens it. */
export interface ConnectionAccount {
  readonly connectionId: string;
  readonly tenantId: string;
  readonly provider: ConnectionProvider;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, Secret>>;
}

/** Looks accounts up and remembers them until they change. */
export interface ConnectionAccounts {
  /**
   * `undefined` for a connection that does not exist or was deleted.
   * @throws AppError `credentials_locked`, `unavailable`
   */
  find(connectionId: string): Promise<ConnectionAccount | undefined>;
  close(): Promise<void>;
}

/** Where changes of credentials and settings are told, with the connection's UUID. */
const channel = 'zaphub_credentials';
/** A change is heard of at once; this is for what was told while nobody could hear. */
const keepMs = 60_000;
/** Whoever tries ids costs one look in the database for each in this time. */
const keepNothingMs = 10_000;
const maxAccounts = 10_000;

/** Listens for changes from the start. */
export async function createConnectionAccounts(deps: {
  readonly db: Database;
  readonly keys: KeyRing;
}): Promise<ConnectionAccounts> {
  const accounts = coalesce((id: string) => load(deps, id), {
    ttlMs: keepMs,
    negativeTtlMs: keepNothingMs,
    maxEntries: maxAccounts,
  });
  const listener = await deps.db.listen(
    channel,
    (connectionId) => void accounts.delete(connectionId),
    () => accounts.clear(),
  );
  return { find: (connectionId) => accounts.get(connectionId), close: () => listener.close() };
}

interface AccountRow {
  readonly provider: ConnectionProvider;
  readonly settings: Record<string, unknown>;
}

async function load(
  { db, keys }: { readonly db: Database; readonly keys: KeyRing },
  connectionId: string,
): Promise<ConnectionAccount | undefined> {
  const owner = await db.system((tx) =>
    tx.maybeOne<{ tenantId: string }>('select tenant_id as "tenantId" from app.webhook_connection($1)', [
      connectionId,
    ]),
  );
  if (owner === undefined) return undefined;
  return db.tenant(systemScope(owner.tenantId), async (tx) => {
    const row = await tx.maybeOne<AccountRow>(
      'select provider, settings from connections where id = $1 and deleted_at is null',
      [connectionId],
    );
    if (row === undefined) return undefined;
    return { connectionId, ...owner, ...row, secrets: await readCredentials(tx, keys, connectionId) };
  });
}
