import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useApi } from '#lib/services.tsx';
import { campaignKeys } from './keys.ts';

/** `DELETE /campaigns/:id`: drafts only. */
export function useDeleteCampaign(id: string) {
  const api = useApi();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => api.delete<undefined>(`/campaigns/${id}`),
    onSuccess: () => {
      queryClient.removeQueries({ queryKey: campaignKeys.detail(api.tenantId, id) });
      void queryClient.invalidateQueries({ queryKey: campaignKeys.lists(api.tenantId) });
    },
  });
}
