import type { ImportJob, LiveEvent, Page } from '@zaphub/types';
import type { QueryClient } from '@tanstack/react-query';

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
  const lists = { queryKey: [tenantId, 'imports', 'list'] };
  const known = queryClient
    .getQueriesData<Page<ImportJob>>(lists)
    .some(([, page]) => page?.data.some((job) => job.id === change.id));
  queryClient.setQueriesData<Page<ImportJob>>(lists, (page) =>
    page === undefined
      ? page
      : { ...page, data: page.data.map((job) => (job.id === change.id ? { ...job, ...change } : job)) },
  );
  if (!known) void queryClient.invalidateQueries(lists);
  if (change.finished_at !== null) {
    void queryClient.invalidateQueries({ queryKey: [tenantId, 'contacts'] });
    void queryClient.invalidateQueries({ queryKey: [tenantId, 'checklist'] });
  }
}
