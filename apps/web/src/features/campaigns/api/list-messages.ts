import type { Message, MessageState, Page } from '@zaphub/types';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { ApiClient } from '#lib/api-client.ts';
import { campaignKeys } from './keys.ts';

/** `GET /campaigns/:id/messages`: the recipients, all or in one state. */
export function messagesQuery(
  api: ApiClient,
  id: string,
  filter: { state?: MessageState | undefined; cursor?: string | undefined },
) {
  return queryOptions({
    queryKey: [...campaignKeys.messages(api.tenantId, id), filter],
    queryFn: ({ signal }) =>
      api.get<Page<Message>>(`/campaigns/${id}/messages`, { query: { ...filter, limit: 25 }, signal }),
    placeholderData: keepPreviousData,
  });
}
