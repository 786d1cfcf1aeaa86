import type { Connection, Page } from '@zaphub/types';
import { queryOptions } from '@tanstack/react-query';
import type { ApiClient } from '#lib/api-client.ts';
import { connectionKeys } from './keys.ts';

/** `GET /connections`: the numbers to send from. */
export function connectionsQuery(api: ApiClient) {
  return queryOptions({
    queryKey: connectionKeys.list(api.tenantId),
    queryFn: ({ signal }) => api.get<Page<Connection>>('/connections', { signal }),
    staleTime: 60_000,
  });
}
