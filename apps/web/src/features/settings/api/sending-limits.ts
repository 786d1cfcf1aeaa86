import type { TenantLimits, TenantLimitsPatch } from '@zaphub/types';
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { ApiClient } from '#lib/api-client.ts';
import { useApi } from '#lib/services.tsx';

const keyOf = (tenantId: string | null) => [tenantId, 'sending-limits'] as const;

/** `GET /sending-limits`: what holds for all numbers of the workspace together. */
export function sendingLimitsQuery(api: ApiClient) {
  return queryOptions({
    queryKey: keyOf(api.tenantId),
    queryFn: ({ signal }) => api.get<TenantLimits>('/sending-limits', { signal }),
  });
}

/** `PATCH /sending-limits`; holds within two seconds for what is being sent. */
export function useSetSendingLimits() {
  const api = useApi();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (patch: TenantLimitsPatch) => api.patch<TenantLimits>('/sending-limits', patch),
    onSuccess: (limits) => queryClient.setQueryData(keyOf(api.tenantId), limits),
  });
}
