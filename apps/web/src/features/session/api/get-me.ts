import type { Me } from '@zaphub/types';
import { queryOptions } from '@tanstack/react-query';
import type { ApiClient } from '#lib/api-client.ts';

/** `GET /me`: the signed-in person and their workspaces. Keyed by person, for it spans tenants. */
export function meQuery(api: ApiClient, userId: string) {
  return queryOptions({
    queryKey: ['session', 'me', userId],
    queryFn: ({ signal }) => api.get<Me>('/me', { signal }),
    staleTime: 60_000,
  });
}
