import type { ImportJob, ImportMapping } from '@zaphub/types';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useApi } from '#lib/services.tsx';
import { importQuery } from './get-import.ts';

/** `POST /imports/:id/start`. */
export function useStartImport(id: string) {
  const api = useApi();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (mapping: ImportMapping) => api.post<ImportJob>(`/imports/${id}/start`, mapping),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: importQuery(api, id).queryKey });
      void queryClient.invalidateQueries({ queryKey: [api.tenantId, 'imports', 'list'] });
    },
  });
}
