import type { Readable } from 'node:stream';
import type { Database } from '@zaphub/db';
import type { TaskQueue } from '@zaphub/kernel';
import type { EventHub } from '@zaphub/realtime';
import type { Logger } from '@zaphub/telemetry';
import type { ConnectionProvider, Tenant } from '@zaphub/types';
import type { KeyRing } from '../credentials/index.ts';

/** Where uploaded files are kept. Keys are made by the server (`tenant/uuid`), never by a caller. */
export interface FileStore {
  /**
   * Stores the stream under `key`, whole or not at all.
   * @throws AppError `body_too_large`, `disk_full`; whatever the source or the signal failed with
   */
  put(
    key: string,
    source: Readable,
    options: { maxBytes: number; signal?: AbortSignal },
  ): Promise<{ sizeBytes: number }>;
  /** Opens a stored file for reading, from byte `offset` on (default 0). @throws AppError `not_found` */
  open(key: string, options?: { offset?: number }): Promise<Readable>;
  /** Removes a file; nothing happens when there is none. */
  remove(key: string): Promise<void>;
  /** Removes every file whose key begins with this folder; nothing happens when there is none. */
  removeAll(folder: string): Promise<void>;
}

/** Answers what tenants are, from memory where it can: nearly every request asks. */
export interface TenantDirectory {
  /** A tenant as the API shows it; `undefined` when there is none. A change is heard of within milliseconds. */
  find(tenantId: string): Promise<Tenant | undefined>;
  /** Resolves when the next `find` here certainly reads again; for whoever has just changed the tenant. */
  forget(tenantId: string): Promise<void>;
}

/** Where webhooks may go in this installation. */
export interface WebhookTargets {
  /**
   * Plain http, any port and private networks, too: for whoever runs ZapHub beside their own systems. Never where clouds
   * keep their secrets.
   */
  readonly allowsPrivate: boolean;
}

/** What every route may use. */
export interface AppDeps {
  db: Database;
  files: FileStore;
  hub: EventHub;
  tasks: TaskQueue;
  tenants: TenantDirectory;
  logger: Logger;
  /** Seals and opens what tenants entrust to us. */
  credentials: KeyRing;
  /** Kinds of connection that are switched on here. */
  providers: ReadonlySet<ConnectionProvider>;
  /** Where tenants may have themselves told of what happens. */
  webhookTargets: WebhookTargets;
}
