import type { Contact, Page } from '@zaphub/types';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useApi } from '#lib/services.tsx';

interface OptOutWish {
  contact: Contact;
  optedOut: boolean;
  /** What was said, and where. */
  evidence?: string;
}

/** `POST /contacts/:id/opt-out` and `/opt-in`, with what was said where it is known. The list shows the wish at once and takes it back if the server refuses. */
export function useSetOptOut() {
  const api = useApi();
  const queryClient = useQueryClient();
  const lists = [api.tenantId, 'contacts', 'list'];
  return useMutation({
    mutationFn: ({ contact, optedOut, evidence }: OptOutWish) =>
      api.post<Contact>(`/contacts/${contact.id}/${optedOut ? 'opt-out' : 'opt-in'}`, {
        source: 'manual',
        ...(evidence === undefined || evidence === '' ? {} : { evidence }),
      }),
    onMutate: async ({ contact, optedOut }) => {
      await queryClient.cancelQueries({ queryKey: lists });
      const before = queryClient.getQueriesData<Page<Contact>>({ queryKey: lists });
      const optedOutAt = optedOut ? new Date().toISOString() : null;
      queryClient.setQueriesData<Page<Contact>>({ queryKey: lists }, (page) =>
        page === undefined
          ? page
          : {
              ...page,
              data: page.data.map((row) =>
                row.id === contact.id ? { ...row, opted_out_at: optedOutAt } : row,
              ),
            },
      );
      return { before };
    },
    onError: (_error, _input, context) => {
      for (const [key, page] of context?.before ?? []) queryClient.setQueryData(key, page);
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: [api.tenantId, 'contacts'] }),
  });
}
