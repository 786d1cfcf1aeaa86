import type { TemplatePreview } from '@zaphub/types';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { ApiClient } from '#lib/api-client.ts';

/** `POST /templates/preview`: the text for one contact. The last preview stays until the next is here. */
export function templatePreviewQuery(api: ApiClient, body: string, contactId: string | undefined) {
  return queryOptions({
    queryKey: [api.tenantId, 'templates', 'preview', body, contactId],
    queryFn: ({ signal }) =>
      api.post<TemplatePreview>(
        '/templates/preview',
        { body, ...(contactId === undefined ? {} : { contact_id: contactId }) },
        { signal },
      ),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    gcTime: 60_000,
  });
}
