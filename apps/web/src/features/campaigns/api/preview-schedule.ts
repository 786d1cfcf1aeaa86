import type { CampaignSchedule, SchedulePreview } from '@zaphub/types';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { ApiClient } from '#lib/api-client.ts';
import { campaignKeys } from './keys.ts';

/** `POST /campaigns/:id/schedule/preview`: what a schedule would mean; the last answer stays until the next is here. */
export function schedulePreviewQuery(
  api: ApiClient,
  campaignId: string | undefined,
  schedule: CampaignSchedule | undefined,
) {
  return queryOptions({
    queryKey: [...campaignKeys.all(api.tenantId), 'schedulePreview', campaignId, schedule],
    queryFn: ({ signal }) =>
      api.post<SchedulePreview>(`/campaigns/${campaignId}/schedule/preview`, schedule, { signal }),
    enabled: campaignId !== undefined && schedule !== undefined,
    placeholderData: keepPreviousData,
    retry: false,
  });
}
