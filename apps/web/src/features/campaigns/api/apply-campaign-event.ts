import type { Campaign, LiveEvent } from '@zaphub/types';
import type { QueryClient } from '@tanstack/react-query';
import { askAgain, patchLists } from '#lib/patch-lists.ts';
import { campaignKeys } from './keys.ts';

type CampaignChange = Extract<LiveEvent, { type: 'campaign.changed' }>['data'];

/** Writes a live event into whatever the cache holds of that campaign. */
export function applyCampaignEvent(
  queryClient: QueryClient,
  tenantId: string | null,
  change: CampaignChange,
): void {
  const { id, status, counters, stall } = change;
  // An event that says nothing of a standstill leaves it as it was.
  const known = { status, counters, ...(stall === undefined ? {} : { stall }) };
  const before = queryClient.getQueryData<Campaign>(campaignKeys.detail(tenantId, id));
  queryClient.setQueryData<Campaign>(campaignKeys.detail(tenantId, id), (campaign) =>
    campaign === undefined ? campaign : { ...campaign, ...known },
  );
  const listed = patchLists<Campaign>(queryClient, campaignKeys.lists(tenantId), { id, ...known });
  // The event has no dates and no error: a new state is worth asking for the whole.
  if (before !== undefined && before.status !== status) {
    void queryClient.invalidateQueries({ queryKey: campaignKeys.detail(tenantId, id) });
    void queryClient.invalidateQueries({ queryKey: campaignKeys.messages(tenantId, id) });
  }
  const lists = { queryKey: campaignKeys.lists(tenantId) };
  if (listed.some((campaign) => campaign.status !== status)) void queryClient.invalidateQueries(lists);
  else if (listed.length === 0) askAgain(queryClient, lists);
}
