import { queryOptions } from '@tanstack/react-query';
import type { ApiClient } from '#lib/api-client.ts';

/** `GET /setup`: does this installation have an owner yet? */
export function setupStatusQuery(api: ApiClient) {
  return queryOptions({
    queryKey: ['session', 'setup'],
    queryFn: ({ signal }) => api.get<{ claimed: boolean }>('/setup', { signal }),
    staleTime: 0,
  });
}
