import type { Campaign, CampaignSchedule } from '@zaphub/types';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ApiError } from '#lib/api-error.ts';
import type { ApiClient } from '#lib/api-client.ts';
import { useApi } from '#lib/services.tsx';
import { campaignKeys } from './keys.ts';

/** What can be done to a campaign once it exists. */
export type CampaignMove =
  | { verb: 'start' | 'pause' | 'resume' | 'cancel' }
  | { verb: 'schedule'; schedule: CampaignSchedule }
  | { verb: 'unknown'; decision: 'resend' | 'leave' };

/** `POST /campaigns/:id/{start,schedule,pause,resume,cancel,unknown}`. */
export function moveCampaign(api: ApiClient, id: string, move: CampaignMove): Promise<Campaign> {
  const body =
    move.verb === 'schedule'
      ? move.schedule
      : move.verb === 'unknown'
        ? { decision: move.decision }
        : undefined;
  return api.post<Campaign>(`/campaigns/${id}/${move.verb}`, body);
}

/** Moves a campaign and shows its new state at once. A move that came too late shows the state it met. */
export function useMoveCampaign(id: string) {
  const api = useApi();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (move: CampaignMove) => moveCampaign(api, id, move),
    onSuccess: (campaign) => {
      queryClient.setQueryData(campaignKeys.detail(api.tenantId, id), campaign);
      void queryClient.invalidateQueries({ queryKey: campaignKeys.lists(api.tenantId) });
      void queryClient.invalidateQueries({ queryKey: campaignKeys.messages(api.tenantId, id) });
      void queryClient.invalidateQueries({ queryKey: [api.tenantId, 'checklist'] });
    },
    onError: (error) => {
      if (error instanceof ApiError && error.code === 'campaign_state') {
        void queryClient.invalidateQueries({ queryKey: campaignKeys.detail(api.tenantId, id) });
      }
    },
  });
}
