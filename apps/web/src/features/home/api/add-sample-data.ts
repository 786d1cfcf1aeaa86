import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useApi } from '#lib/services.tsx';

/** `POST /sample-data`: contacts and a template to try things with; what is there already stays. */
export function useAddSampleData() {
  const api = useApi();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => api.post<{ contacts: number; templates: number }>('/sample-data'),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: [api.tenantId] }),
  });
}
