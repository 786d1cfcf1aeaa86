import type { Page, SenderPool, SenderPoolInput } from '@zaphub/types';
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { ApiClient } from '#lib/api-client.ts';
import { useApi } from '#lib/services.tsx';

const keys = {
  list: (tenantId: string | null) => [tenantId, 'sender-pools', 'list'] as const,
  detail: (tenantId: string | null, id: string) => [tenantId, 'sender-pools', 'detail', id] as const,
};

/** `GET /sender-pools`. */
export function senderPoolsQuery(api: ApiClient) {
  return queryOptions({
    queryKey: keys.list(api.tenantId),
    queryFn: ({ signal }) => api.get<Page<SenderPool>>('/sender-pools', { signal }),
  });
}

/** `GET /sender-pools/:id`. */
export function senderPoolQuery(api: ApiClient, id: string) {
  return queryOptions({
    queryKey: keys.detail(api.tenantId, id),
    queryFn: ({ signal }) => api.get<SenderPool>(`/sender-pools/${id}`, { signal }),
  });
}

/** `POST /sender-pools`, or `PUT /sender-pools/:id` for one that exists. */
export function useSaveSenderPool(id?: string) {
  const api = useApi();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (input: SenderPoolInput) =>
      id === undefined
        ? api.post<SenderPool>('/sender-pools', input)
        : api.put<SenderPool>(`/sender-pools/${id}`, input),
    onSuccess: (pool) => {
      queryClient.setQueryData(keys.detail(api.tenantId, pool.id), pool);
      void queryClient.invalidateQueries({ queryKey: keys.list(api.tenantId) });
    },
  });
}

/** `DELETE /sender-pools/:id`; refused while a campaign uses it. */
export function useDeleteSenderPool(id: string) {
  const api = useApi();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => api.delete<undefined>(`/sender-pools/${id}`),
    onSuccess: () => {
      queryClient.removeQueries({ queryKey: keys.detail(api.tenantId, id) });
      void queryClient.invalidateQueries({ queryKey: keys.list(api.tenantId) });
    },
  });
}
