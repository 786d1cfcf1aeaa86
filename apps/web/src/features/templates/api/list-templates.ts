import type { Page, Template } from '@zaphub/types';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { ApiClient } from '#lib/api-client.ts';

/** `GET /templates`. */
export function templatesQuery(api: ApiClient, filter: { cursor?: string | undefined; limit?: number } = {}) {
  return queryOptions({
    queryKey: [api.tenantId, 'templates', 'list', filter],
    queryFn: ({ signal }) => api.get<Page<Template>>('/templates', { query: { ...filter }, signal }),
    placeholderData: keepPreviousData,
  });
}
