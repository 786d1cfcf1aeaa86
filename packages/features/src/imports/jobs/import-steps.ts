import { systemScope } from '@zaphub/db';
import type { Database } from '@zaphub/db';
import { enqueue } from '../../outbox/index.ts';
import type { ReconcileStep } from '../../reconciler/index.ts';

/** An import whose cursor has not moved for so long was lost with its worker or its queue. */
const lostAfterMs = 30_000;

/**
 * What the reconciler does for imports: orders again what was queued or begun and nobody works at. If somebody
 * does after all, the fence lets only one of them write.
 * @param deps the database logged in as the engine
 */
export function importSteps({ db }: { db: Database }): ReconcileStep[] {
  return [{ name: 'resume-imports', run: () => resumeImports(db) }];
}

async function resumeImports(db: Database): Promise<number> {
  const lost = await db.system((tx) =>
    tx.rows<{ id: string; tenant_id: string }>(
      `select id, tenant_id from imports i
       where status in ('queued', 'running') and progress_at < clock_timestamp() - $1 * interval '1 millisecond'
         and not exists (
           select from outbox o where o.job = 'import.run' and o.payload ->> 'importId' = i.id::text)
       limit 1000`,
      [lostAfterMs],
    ),
  );
  for (const { id: importId, tenant_id: tenantId } of lost) {
    const scope = systemScope(tenantId);
    await db.tenant(scope, async (tx) => {
      await enqueue(tx, scope, 'import.run', { tenantId, importId });
      // Counts as news, so that the next look does not order it once more.
      await tx.run('update imports set progress_at = clock_timestamp() where tenant_id = $1 and id = $2', [
        tenantId,
        importId,
      ]);
    });
  }
  return lost.length;
}
