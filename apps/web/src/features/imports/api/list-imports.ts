import type { ImportJob, Page } from '@zaphub/types';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { ApiClient } from '#lib/api-client.ts';

/** `GET /imports`, newest first. */
export function importsQuery(api: ApiClient, filter: { cursor?: string | undefined; limit?: number }) {
  return queryOptions({
    queryKey: [api.tenantId, 'imports', 'list', filter],
    queryFn: ({ signal }) => api.get<Page<ImportJob>>('/imports', { query: { ...filter }, signal }),
    placeholderData: keepPreviousData,
  });
}
