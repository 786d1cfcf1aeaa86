import { queryOptions } from '@tanstack/react-query';
import type { ApiClient } from '#lib/api-client.ts';

/** `GET /tags`: every tag and how many contacts have it. */
export function tagsQuery(api: ApiClient) {
  return queryOptions({
    queryKey: [api.tenantId, 'contacts', 'tags'],
    queryFn: ({ signal }) => api.get<{ data: { tag: string; contacts: number }[] }>('/tags', { signal }),
    staleTime: 30_000,
  });
}
