import type { ImportJob, LiveEvent } from '@zaphub/types';
import type { QueryClient } from '@tanstack/react-query';
import { askAgain, patchLists } from '#lib/patch-lists.ts';

type ImportChange = Extract<LiveEvent, { type: 'import.changed' }>['data'];

/** Writes a live event into whatever the cache holds of that import. */
export function applyImportEvent(
  queryClient: QueryClient,
  tenantId: string | null,
  change: ImportChange,
): void {
  queryClient.setQueryData<ImportJob>([tenantId, 'imports', 'detail', change.id], (job) =>
    job === undefined ? job : { ...job, ...change },
  );
  const listed = patchLists<ImportJob>(queryClient, [tenantId, 'imports', 'list'], change);
  if (listed.length === 0) askAgain(queryClient, { queryKey: [tenantId, 'imports', 'list'] });
  if (change.finished_at !== null) {
    void queryClient.invalidateQueries({ queryKey: [tenantId, 'contacts'] });
    void queryClient.invalidateQueries({ queryKey: [tenantId, 'checklist'] });
  }
}
