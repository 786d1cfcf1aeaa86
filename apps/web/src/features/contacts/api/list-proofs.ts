import type { OptOutProof, Page } from '@zaphub/types';
import { queryOptions } from '@tanstack/react-query';
import type { ApiClient } from '#lib/api-client.ts';

/** `GET /contacts/:id/proofs`: what the contact said about getting messages, newest first. */
export function proofsQuery(api: ApiClient, contactId: string) {
  return queryOptions({
    queryKey: [api.tenantId, 'contacts', 'proofs', contactId],
    queryFn: ({ signal }) =>
      api.get<Page<OptOutProof>>(`/contacts/${contactId}/proofs`, { query: { limit: 20 }, signal }),
  });
}
