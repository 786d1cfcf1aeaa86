import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useApi } from '#lib/services.tsx';

/** `DELETE /templates/:id`. Campaigns keep the text they were made with. */
export function useDeleteTemplate() {
  const api = useApi();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.delete<undefined>(`/templates/${id}`),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: [api.tenantId, 'templates', 'list'] }),
  });
}
