import type { ConnectionCode, ConnectionDetail, ConnectionHealth } from '@zaphub/types';
import { queryOptions } from '@tanstack/react-query';
import type { ApiClient } from '#lib/api-client.ts';
import { connectionKeys } from './keys.ts';

/** `GET /connections/:id`. */
export function connectionQuery(api: ApiClient, id: string) {
  return queryOptions({
    queryKey: connectionKeys.detail(api.tenantId, id),
    queryFn: ({ signal }) => api.get<ConnectionDetail>(`/connections/${id}`, { signal }),
  });
}

/** `GET /connections/:id/health`. */
export function healthQuery(api: ApiClient, id: string) {
  return queryOptions({
    queryKey: connectionKeys.health(api.tenantId, id),
    queryFn: ({ signal }) => api.get<ConnectionHealth>(`/connections/${id}/health`, { signal }),
  });
}

/** `GET /connections/:id/code`: asked anew for each code that an event told of, and kept nowhere after it. */
export function codeQuery(api: ApiClient, id: string, expiresAt: string) {
  return queryOptions({
    queryKey: [...connectionKeys.code(api.tenantId, id), expiresAt],
    queryFn: ({ signal }) => api.get<ConnectionCode>(`/connections/${id}/code`, { signal }),
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    retry: 1,
  });
}
