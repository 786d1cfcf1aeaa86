import type { Conversation, ConversationMessage, Page } from '@zaphub/types';
import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';
import type { ApiClient } from '#lib/api-client.ts';
import { useApi } from '#lib/services.tsx';

const keys = {
  all: (tenantId: string | null) => [tenantId, 'conversations'],
  lists: (tenantId: string | null) => [tenantId, 'conversations', 'list'],
  one: (tenantId: string | null, id: string) => [tenantId, 'conversations', 'one', id],
  messages: (tenantId: string | null, id: string) => [tenantId, 'conversations', 'messages', id],
};

const listRefreshMs = 8_000;

/** `GET /conversations`: the newest message first. */
export function conversationsQuery(api: ApiClient, filter: { unread?: 'true'; cursor?: string | undefined }) {
  return queryOptions({
    queryKey: [...keys.lists(api.tenantId), filter],
    queryFn: ({ signal }) =>
      api.get<Page<Conversation>>('/conversations', { query: { ...filter, limit: 30 }, signal }),
    placeholderData: keepPreviousData,
    // Events change the rows that are here; a new one comes by asking, and many may come at once.
    refetchInterval: listRefreshMs,
  });
}

/** `GET /conversations/:id`. */
export function conversationQuery(api: ApiClient, id: string) {
  return queryOptions({
    queryKey: keys.one(api.tenantId, id),
    queryFn: ({ signal }) => api.get<Conversation>(`/conversations/${id}`, { signal }),
  });
}

/** `GET /contacts/:id/conversations`. */
export function contactConversationsQuery(api: ApiClient, contactId: string) {
  return queryOptions({
    queryKey: [...keys.all(api.tenantId), 'contact', contactId],
    queryFn: ({ signal }) =>
      api.get<{ data: Conversation[] }>(`/contacts/${contactId}/conversations`, { signal }),
  });
}

const openStates = new Set(['pending', 'claimed', 'sending', 'sent', 'delivered']);
const refreshMs = 4_000;

/** `GET /conversations/:id/messages`, newest first; asked again while a message of ours is on its way. */
export function conversationMessagesQuery(api: ApiClient, id: string) {
  return infiniteQueryOptions({
    queryKey: keys.messages(api.tenantId, id),
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<ConversationMessage>>(`/conversations/${id}/messages`, {
        query: { limit: 50, cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchInterval: (query) => {
      const newest = query.state.data?.pages[0]?.data.find((message) => message.direction === 'out');
      return newest?.state !== undefined && newest.state !== null && openStates.has(newest.state)
        ? refreshMs
        : false;
    },
  });
}

/** `POST /conversations/:id/read`. */
export function useMarkRead() {
  const api = useApi();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.post<Conversation>(`/conversations/${id}/read`),
    onSuccess: (conversation) => {
      queryClient.setQueryData(keys.one(api.tenantId, conversation.id), conversation);
      return queryClient.invalidateQueries({ queryKey: keys.lists(api.tenantId) });
    },
  });
}

/** `POST /conversations/:id/reply`. The key is the draft's: a second click sends nothing twice. */
export function useReply(id: string) {
  const api = useApi();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ text, key }: { text: string; key: string }) =>
      api.post<ConversationMessage>(
        `/conversations/${id}/reply`,
        { content: { kind: 'text', text } },
        { idempotencyKey: key },
      ),
    onSuccess: () =>
      Promise.all([
        queryClient.invalidateQueries({ queryKey: keys.messages(api.tenantId, id) }),
        queryClient.invalidateQueries({ queryKey: keys.lists(api.tenantId) }),
      ]),
  });
}
