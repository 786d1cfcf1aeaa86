import type { Database } from '@zaphub/db';
import type { KeyRing } from './key-ring.ts';
import { keyIdOf, openSecret, sealSecret } from './seal.ts';

interface SealedRow {
  tenantId: string;
  connectionId: string;
  name: string;
  sealed: Buffer;
}

const batchSize = 500;

/** Tables with sealed values that live longer than a rotation. */
const tables = [
  { table: 'connection_credentials', owner: 'connection_id' },
  { table: 'session_keys', owner: 'connection_id' },
  { table: 'webhook_secrets', owner: 'endpoint_id' },
] as const;

/**
 * Seals everything anew that another key than the current one has sealed, in batches, each a transaction of its own;
 * may be cut off and begun again. Codes that live for a minute are left to their end.
 * @returns how many values were sealed anew
 * @throws AppError `credentials_locked` for a value that none of the ring's keys opens
 */
export async function resealAll(db: Database, ring: KeyRing, signal?: AbortSignal): Promise<number> {
  let total = 0;
  for (const { table, owner } of tables) {
    const current = Buffer.from(ring.currentId(), 'hex');
    for (let done = batchSize; done === batchSize;) {
      signal?.throwIfAborted();
      done = await db.system(async (tx) => {
        const rows = await tx.rows<SealedRow>(
          `select tenant_id as "tenantId", ${owner} as "connectionId", name, sealed from ${table}
           where substring(sealed from 2 for 4) <> $1 limit ${batchSize} for update`,
          [current],
        );
        for (const { sealed, ...context } of rows) {
          const again = sealSecret(ring, openSecret(ring, sealed, context), context);
          await tx.run(`update ${table} set sealed = $3 where ${owner} = $1 and name = $2`, [
            context.connectionId,
            context.name,
            again,
          ]);
        }
        return rows.length;
      });
      total += done;
    }
  }
  return total;
}

/** The ids of the keys that something is still sealed with, of all tenants. */
export async function usedKeyIds(db: Database): Promise<string[]> {
  const sample = tables.map(
    ({ table }) => `select distinct substring(sealed from 1 for 5) as head from ${table}`,
  );
  const rows = await db.system((tx) => tx.rows<{ head: Buffer }>(sample.join(' union ')));
  return [...new Set(rows.map(({ head }) => keyIdOf(head)))].sort();
}
