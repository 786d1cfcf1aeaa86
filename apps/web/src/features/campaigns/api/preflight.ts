import type { CampaignInput, Preflight } from '@zaphub/types';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { ApiClient } from '#lib/api-client.ts';
import { campaignKeys } from './keys.ts';

/** A campaign without its name: all that decides who gets it. */
export type PreflightInput = Omit<CampaignInput, 'name'>;

/** `POST /campaigns/preflight`: who would get such a campaign, and who not and why. Nothing is stored. */
export function preflightQuery(api: ApiClient, input: PreflightInput) {
  return queryOptions({
    queryKey: [...campaignKeys.all(api.tenantId), 'preflight', input],
    queryFn: ({ signal }) => api.post<Preflight>('/campaigns/preflight', input, { signal }),
    placeholderData: keepPreviousData,
  });
}

/** `GET /campaigns/:id/preflight`: the same for a draft. */
export function draftPreflightQuery(api: ApiClient, id: string) {
  return queryOptions({
    queryKey: [...campaignKeys.all(api.tenantId), 'preflight', id],
    queryFn: ({ signal }) => api.get<Preflight>(`/campaigns/${id}/preflight`, { signal }),
  });
}
