import type { Database } from '@zaphub/db';

const batchSize = 5_000;

/**
 * Deletes keys whose time is over, of all tenants, in batches; answers how many.
 * @param db logged in as the engine
 */
export async function deleteExpiredKeys(db: Database): Promise<number> {
  let deleted = 0;
  for (;;) {
    const count = await db.system((tx) =>
      tx.run(
        `delete from idempotency_keys where ctid = any(array(
           select ctid from idempotency_keys where expires_at <= clock_timestamp() order by expires_at limit ${batchSize}))`,
      ),
    );
    deleted += count;
    if (count < batchSize) return deleted;
  }
}
