import type { Campaign } from '@zaphub/types';
import { queryOptions } from '@tanstack/react-query';
import type { ApiClient } from '#lib/api-client.ts';
import { campaignKeys } from './keys.ts';

/** `GET /campaigns/:id`. */
export function campaignQuery(api: ApiClient, id: string) {
  return queryOptions({
    queryKey: campaignKeys.detail(api.tenantId, id),
    queryFn: ({ signal }) => api.get<Campaign>(`/campaigns/${id}`, { signal }),
  });
}
