import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createDatabase, type Database, type TenantScope } from '@zaphub/db';
import { fillTenant } from '../bench-tenant.ts';
import { endChild } from '../http-child.ts';
import { startProduct } from '../product-process.ts';
import { openStage } from '../send/stage.ts';

/** A tenant with its number. */
export interface SendingTenant {
  readonly scope: TenantScope;
  readonly connectionId: string;
}

/** A database, a network's journal and any number of workers. */
export interface WorkerStage {
  readonly db: Database;
  readonly journalDir: string;
  /** Starts a worker as it is shipped; resolves when it works. */
  startWorker(env?: Readonly<Record<string, string>>): Promise<ChildProcess>;
  /** A tenant with so many contacts. */
  addTenant(contacts: number, plan?: 'free' | 'pro' | 'enterprise'): Promise<SendingTenant>;
  /** Another number of a tenant, with its lane. */
  addNumber(tenant: SendingTenant): Promise<string>;
  /** Puts a running, frozen campaign to all contacts into the ledger and rings its lane; answers its UUID. */
  addCampaign(tenant: SendingTenant, connectionId?: string): Promise<string>;
  close(): Promise<void>;
}

/** Opens a stage with nothing in it. */
export async function openWorkerStage(): Promise<WorkerStage> {
  const stage = await openStage();
  const db = createDatabase({ connectionString: stage.urls.system, statementTimeoutMs: 0 });
  const journalDir = join(stage.homeDir, 'journal');
  const children: ChildProcess[] = [];
  return {
    db,
    journalDir,
    async startWorker(env = {}) {
      const child = startProduct('worker', {
        DATABASE_SYSTEM_URL: stage.urls.system,
        ZAPHUB_FILES_DIR: join(stage.homeDir, 'files'),
        SIMULATOR_JOURNAL_DIR: journalDir,
        SIMULATOR_RECEIPTS: 'false',
        LOG_LEVEL: 'error',
        ...env,
      });
      children.push(child);
      await once(child, 'message');
      return child;
    },
    async addTenant(contacts, plan = 'free') {
      const scope = await fillTenant(db, contacts);
      const connectionId = await db.system(async (tx) => {
        await tx.run('update tenants set plan = $2 where id = $1', [scope.tenantId, plan]);
        const number = await tx.one<{ id: string }>('select id from connections where tenant_id = $1', [
          scope.tenantId,
        ]);
        return number.id;
      });
      return { scope, connectionId };
    },
    addNumber: ({ scope: { tenantId } }) =>
      db.system(async (tx) => {
        const { id } = await tx.one<{ id: string }>(
          `insert into connections (tenant_id, name, provider) values ($1, 'Another', 'simulator') returning id`,
          [tenantId],
        );
        await tx.run('insert into lanes (connection_id, tenant_id) values ($1, $2)', [id, tenantId]);
        return id;
      }),
    addCampaign: ({ scope: { tenantId }, connectionId }, number = connectionId) =>
      db.system(async (tx) => {
        const { id } = await tx.one<{ id: string }>(
          `insert into campaigns (tenant_id, name, body, connection_id, audience, status, started_at, frozen_at)
           values ($1, 'Bench', 'Hello {{ name }}', $2, '{"kind":"all"}', 'running', clock_timestamp(), clock_timestamp()) returning id`,
          [tenantId, number],
        );
        const total = await tx.run(
          `insert into messages (tenant_id, campaign_id, contact_id, connection_id, position, recipient)
           select $1, $2, id, $3, row_number() over (order by id), phone from contacts where tenant_id = $1`,
          [tenantId, id, number],
        );
        await tx.run('insert into campaign_counters (campaign_id, tenant_id, total) values ($1, $2, $3)', [
          id,
          tenantId,
          total,
        ]);
        await tx.run('select app.wake_lane($1, $2)', [tenantId, number]);
        return id;
      }),
    async close() {
      await Promise.all(children.map(endChild));
      await db.close();
      await stage.close();
    },
  };
}
