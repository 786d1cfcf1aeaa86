import type { NumberLimits, NumberLimitsPatch } from '@zaphub/types';
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { ApiClient } from '#lib/api-client.ts';
import { useApi } from '#lib/services.tsx';
import { connectionKeys } from './keys.ts';

/** What was sent today is not told by events. */
const refreshMs = 15_000;

/** `GET /connections/:id/limits`. */
export function numberLimitsQuery(api: ApiClient, id: string) {
  return queryOptions({
    queryKey: connectionKeys.limits(api.tenantId, id),
    queryFn: ({ signal }) => api.get<NumberLimits>(`/connections/${id}/limits`, { signal }),
    refetchInterval: refreshMs,
  });
}

/** `PATCH /connections/:id/limits`; the answer says what they mean now. */
export function useSetNumberLimits(id: string) {
  const api = useApi();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (patch: NumberLimitsPatch) => api.patch<NumberLimits>(`/connections/${id}/limits`, patch),
    onSuccess: (limits) => {
      queryClient.setQueryData(connectionKeys.limits(api.tenantId, id), limits);
      void queryClient.invalidateQueries({ queryKey: connectionKeys.detail(api.tenantId, id) });
      void queryClient.invalidateQueries({ queryKey: connectionKeys.health(api.tenantId, id) });
    },
  });
}
