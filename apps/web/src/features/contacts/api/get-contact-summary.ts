import { queryOptions } from '@tanstack/react-query';
import type { ApiClient } from '#lib/api-client.ts';

/** `GET /contacts/summary`: how many there are; not exact for very many. */
export function contactSummaryQuery(api: ApiClient) {
  return queryOptions({
    queryKey: [api.tenantId, 'contacts', 'summary'],
    queryFn: ({ signal }) => api.get<{ total: number; exact: boolean }>('/contacts/summary', { signal }),
  });
}
