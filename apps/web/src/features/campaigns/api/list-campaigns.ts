import type { Campaign, Page } from '@zaphub/types';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { ApiClient } from '#lib/api-client.ts';
import { campaignKeys } from './keys.ts';

/** `GET /campaigns`, newest first. */
export function campaignsQuery(api: ApiClient, filter: { cursor?: string | undefined; limit?: number } = {}) {
  return queryOptions({
    queryKey: [...campaignKeys.lists(api.tenantId), filter],
    queryFn: ({ signal }) => api.get<Page<Campaign>>('/campaigns', { query: { ...filter }, signal }),
    placeholderData: keepPreviousData,
  });
}
