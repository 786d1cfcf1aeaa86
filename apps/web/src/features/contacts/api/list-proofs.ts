import type { OptOutProof, Page } from '@zaphub/types';
import { infiniteQueryOptions } from '@tanstack/react-query';
import type { ApiClient } from '#lib/api-client.ts';

/** `GET /contacts/:id/proofs`: what the contact said about getting messages, newest first, twenty at a time. */
export function proofsQuery(api: ApiClient, contactId: string) {
  return infiniteQueryOptions({
    queryKey: [api.tenantId, 'contacts', 'proofs', contactId],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<OptOutProof>>(`/contacts/${contactId}/proofs`, {
        query: { limit: 20, cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
}
