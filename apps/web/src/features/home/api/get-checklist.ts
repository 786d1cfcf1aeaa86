import type { Checklist } from '@zaphub/types';
import { queryOptions } from '@tanstack/react-query';
import type { ApiClient } from '#lib/api-client.ts';

/** `GET /checklist`: what has been done already, read from real state. */
export function checklistQuery(api: ApiClient) {
  return queryOptions({
    queryKey: [api.tenantId, 'checklist'],
    queryFn: ({ signal }) => api.get<Checklist>('/checklist', { signal }),
  });
}
