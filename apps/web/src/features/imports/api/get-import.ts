import type { ImportJob } from '@zaphub/types';
import { queryOptions } from '@tanstack/react-query';
import type { ApiClient } from '#lib/api-client.ts';

/** `GET /imports/:id`. */
export function importQuery(api: ApiClient, id: string) {
  return queryOptions({
    queryKey: [api.tenantId, 'imports', 'detail', id],
    queryFn: ({ signal }) => api.get<ImportJob>(`/imports/${id}`, { signal }),
  });
}
