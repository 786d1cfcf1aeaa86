import type { Campaign, SendingHours } from '@zaphub/types';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useApi } from '#lib/services.tsx';
import { campaignKeys } from './keys.ts';

/** `PUT /campaigns/:id/hours`: when the campaign may send; null for always. Who gets it and until when is asked again. */
export function useSetHours(id: string) {
  const api = useApi();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (hours: SendingHours | null) => api.put<Campaign>(`/campaigns/${id}/hours`, { hours }),
    onSuccess: (campaign) => {
      queryClient.setQueryData(campaignKeys.detail(api.tenantId, id), campaign);
      void queryClient.invalidateQueries({
        queryKey: [...campaignKeys.all(api.tenantId), 'preflight', id],
      });
    },
  });
}
