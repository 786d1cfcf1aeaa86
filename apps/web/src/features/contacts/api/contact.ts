import type { Contact, ContactIdentities, ContactMessages } from '@zaphub/types';
import { queryOptions } from '@tanstack/react-query';
import type { ApiClient } from '#lib/api-client.ts';

/** `GET /contacts/:id`; of one that has become part of another, that one. */
export function contactQuery(api: ApiClient, id: string) {
  return queryOptions({
    queryKey: [api.tenantId, 'contacts', 'one', id],
    queryFn: ({ signal }) => api.get<Contact>(`/contacts/${id}`, { signal }),
  });
}

/** `GET /contacts/:id/identities`: by which names networks know the contact. */
export function identitiesQuery(api: ApiClient, id: string) {
  return queryOptions({
    queryKey: [api.tenantId, 'contacts', 'identities', id],
    queryFn: ({ signal }) => api.get<ContactIdentities>(`/contacts/${id}/identities`, { signal }),
  });
}

/** `GET /contacts/:id/messages`: what campaigns had for the contact, the newest first. */
export function contactMessagesQuery(api: ApiClient, id: string) {
  return queryOptions({
    queryKey: [api.tenantId, 'contacts', 'messages', id],
    queryFn: ({ signal }) => api.get<ContactMessages>(`/contacts/${id}/messages`, { signal }),
  });
}
