import type { Contact, Page } from '@zaphub/types';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { ApiClient } from '#lib/api-client.ts';

/** What the list of contacts can be narrowed by. */
export interface ContactFilter {
  search?: string | undefined;
  tag?: string | undefined;
  cursor?: string | undefined;
  limit?: number | undefined;
}

/** `GET /contacts`, newest first. The old page stays on screen until the next is here. */
export function contactsQuery(api: ApiClient, filter: ContactFilter) {
  return queryOptions({
    queryKey: [api.tenantId, 'contacts', 'list', filter],
    queryFn: ({ signal }) => api.get<Page<Contact>>('/contacts', { query: { ...filter }, signal }),
    placeholderData: keepPreviousData,
  });
}
