import type { Database } from '@zaphub/db';

/**
 * Deletes events older than `keepMs`, a batch a transaction, for all tenants. Readers that come back from before
 * then are told to read the state again.
 * @param db logged in as the engine
 * @returns how many were deleted
 */
export async function deleteOldEvents(
  db: Database,
  options: { keepMs: number; batchSize?: number; signal?: AbortSignal },
): Promise<number> {
  const batchSize = options.batchSize ?? 5000;
  let deleted = 0;
  for (;;) {
    options.signal?.throwIfAborted();
    const count = await db.system((tx) =>
      tx.run(
        `delete from public.events e
         using (
           select tenant_id, event_offset from public.events
           where created_at < clock_timestamp() - $1 * interval '1 millisecond'
           order by created_at limit $2
         ) old
         where e.tenant_id = old.tenant_id and e.event_offset = old.event_offset`,
        [options.keepMs, batchSize],
      ),
    );
    deleted += count;
    if (count < batchSize) return deleted;
  }
}
