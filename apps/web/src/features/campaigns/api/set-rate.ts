import type { Campaign } from '@zaphub/types';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useApi } from '#lib/services.tsx';
import { campaignKeys } from './keys.ts';

/** `PATCH /campaigns/:id`: messages a second, null for no limit of its own; holds within two seconds. */
export function useSetRate(id: string) {
  const api = useApi();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (ratePerSecond: number | null) =>
      api.patch<Campaign>(`/campaigns/${id}`, { rate_per_second: ratePerSecond }),
    onSuccess: (campaign) => {
      queryClient.setQueryData(campaignKeys.detail(api.tenantId, id), campaign);
      void queryClient.invalidateQueries({
        queryKey: [...campaignKeys.all(api.tenantId), 'preflight', id],
      });
    },
  });
}
