import type { ImportMapping, MappedPreview } from '@zaphub/types';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { ApiClient } from '#lib/api-client.ts';

/** `POST /imports/:id/preview`: how the first rows would look under this mapping. */
export function importPreviewQuery(api: ApiClient, id: string, mapping: ImportMapping) {
  return queryOptions({
    queryKey: [api.tenantId, 'imports', 'preview', id, mapping],
    queryFn: ({ signal }) => api.post<MappedPreview>(`/imports/${id}/preview`, mapping, { signal }),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
}
