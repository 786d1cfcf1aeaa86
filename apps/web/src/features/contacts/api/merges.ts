import type { ContactDuplicates, ContactMerge, ContactMergePreview } from '@zaphub/types';
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { ApiClient } from '#lib/api-client.ts';
import { useApi } from '#lib/services.tsx';

/** `GET /contacts/:id/merges`: who has become part of the contact, newest first. */
export function mergesQuery(api: ApiClient, contactId: string) {
  return queryOptions({
    queryKey: [api.tenantId, 'contacts', 'merges', contactId],
    queryFn: ({ signal }) => api.get<{ data: ContactMerge[] }>(`/contacts/${contactId}/merges`, { signal }),
  });
}

/** `GET /contacts/:id/duplicates`: who may be the same person, the surest first. */
export function duplicatesQuery(api: ApiClient, contactId: string) {
  return queryOptions({
    queryKey: [api.tenantId, 'contacts', 'duplicates', contactId],
    queryFn: ({ signal }) => api.get<ContactDuplicates>(`/contacts/${contactId}/duplicates`, { signal }),
    staleTime: 0,
  });
}

/** `POST /contacts/:id/merge/preview`: what a merge would do. */
export function mergePreviewQuery(api: ApiClient, contactId: string, mergedId: string) {
  return queryOptions({
    queryKey: [api.tenantId, 'contacts', 'mergePreview', contactId, mergedId],
    queryFn: ({ signal }) =>
      api.post<ContactMergePreview>(
        `/contacts/${contactId}/merge/preview`,
        { contact_id: mergedId },
        { signal },
      ),
    staleTime: 0,
  });
}

/** `POST /contacts/:id/merge`: another contact becomes part of this one. */
export function useMerge(contactId: string) {
  const api = useApi();
  const askAgain = useAskAgain();
  return useMutation({
    mutationFn: (mergedId: string) =>
      api.post<ContactMerge>(`/contacts/${contactId}/merge`, { contact_id: mergedId }),
    onSuccess: askAgain,
  });
}

/** `POST /contacts/merges/:id/undo`: both are as they were. */
export function useUndoMerge() {
  const api = useApi();
  const askAgain = useAskAgain();
  return useMutation({
    mutationFn: (mergeId: string) => api.post<ContactMerge>(`/contacts/merges/${mergeId}/undo`),
    onSuccess: askAgain,
  });
}

/** Who is who has changed: everything about contacts and their conversations is asked anew. */
function useAskAgain(): () => Promise<unknown> {
  const api = useApi();
  const queryClient = useQueryClient();
  return () =>
    Promise.all([
      queryClient.invalidateQueries({ queryKey: [api.tenantId, 'contacts'] }),
      queryClient.invalidateQueries({ queryKey: [api.tenantId, 'conversations'] }),
    ]);
}
