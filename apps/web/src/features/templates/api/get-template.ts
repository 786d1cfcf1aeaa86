import type { Template } from '@zaphub/types';
import { queryOptions } from '@tanstack/react-query';
import type { ApiClient } from '#lib/api-client.ts';

/** `GET /templates/:id`. */
export function templateQuery(api: ApiClient, id: string) {
  return queryOptions({
    queryKey: [api.tenantId, 'templates', 'detail', id],
    queryFn: ({ signal }) => api.get<Template>(`/templates/${id}`, { signal }),
  });
}
