import type { Campaign, LiveEvent, Page } from '@zaphub/types';
import type { QueryClient } from '@tanstack/react-query';
import { campaignKeys } from './keys.ts';

type CampaignChange = Extract<LiveEvent, { type: 'campaign.changed' }>['data'];

/** Writes a live event into whatever the cache holds of that campaign. */
export function applyCampaignEvent(
  queryClient: QueryClient,
  tenantId: string | null,
  change: CampaignChange,
): void {
  const { id, status, counters } = change;
  const before = queryClient.getQueryData<Campaign>(campaignKeys.detail(tenantId, id));
  queryClient.setQueryData<Campaign>(campaignKeys.detail(tenantId, id), (campaign) =>
    campaign === undefined ? campaign : { ...campaign, status, counters },
  );
  const lists = { queryKey: campaignKeys.lists(tenantId) };
  const inLists = queryClient.getQueriesData<Page<Campaign>>(lists).flatMap(([, page]) => page?.data ?? []);
  const listed = inLists.find((campaign) => campaign.id === id);
  queryClient.setQueriesData<Page<Campaign>>(lists, (page) =>
    page === undefined
      ? page
      : {
          ...page,
          data: page.data.map((campaign) =>
            campaign.id === id ? { ...campaign, status, counters } : campaign,
          ),
        },
  );
  // The event has no dates and no error: a new state is worth asking for the whole.
  if (before !== undefined && before.status !== status) {
    void queryClient.invalidateQueries({ queryKey: campaignKeys.detail(tenantId, id) });
    void queryClient.invalidateQueries({ queryKey: campaignKeys.messages(tenantId, id) });
  }
  if (listed?.status !== status) void queryClient.invalidateQueries(lists);
}
