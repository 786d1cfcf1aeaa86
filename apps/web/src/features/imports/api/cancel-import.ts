import type { ImportJob } from '@zaphub/types';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useApi } from '#lib/services.tsx';

/** `POST /imports/:id/cancel`. What was imported before stays. */
export function useCancelImport(id: string) {
  const api = useApi();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => api.post<ImportJob>(`/imports/${id}/cancel`),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: [api.tenantId, 'imports'] }),
  });
}
