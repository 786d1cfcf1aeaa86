import type { NetworkTemplateList } from '@zaphub/types';
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { ApiClient } from '#lib/api-client.ts';
import { useApi } from '#lib/services.tsx';
import { connectionKeys } from './keys.ts';

/** `GET /connections/:id/templates`. */
export function networkTemplatesQuery(api: ApiClient, id: string) {
  return queryOptions({
    queryKey: connectionKeys.templates(api.tenantId, id),
    queryFn: ({ signal }) => api.get<NetworkTemplateList>(`/connections/${id}/templates`, { signal }),
  });
}

/** `POST /connections/:id/templates/sync`: a worker reads them; the list is asked for again a moment later. */
export function useSyncTemplates(id: string) {
  const api = useApi();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => api.post<unknown>(`/connections/${id}/templates/sync`, undefined),
    onSuccess: () => {
      const again = (): void =>
        void queryClient.invalidateQueries({ queryKey: connectionKeys.templates(api.tenantId, id) });
      for (const ms of [1_000, 3_000, 8_000]) setTimeout(again, ms);
    },
  });
}
