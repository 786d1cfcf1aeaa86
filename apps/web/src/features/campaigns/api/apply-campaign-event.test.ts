import { type Campaign, toPublicId } from '@zaphub/types';
import { QueryClient } from '@tanstack/react-query';
import { expect, test } from 'vitest';
import { applyCampaignEvent } from './apply-campaign-event.ts';
import { campaignKeys } from './keys.ts';

const id = toPublicId('campaign', '01920000-0000-7000-8000-000000000001');
const counters = {
  total: 9,
  open: 9,
  sent: 0,
  delivered: 0,
  read: 0,
  failed: 0,
  dlq: 0,
  skipped: 0,
  unknown: 0,
};
const change = { id, status: 'running', counters, rate_per_second: null } as const;
const stall = { cause: 'daily_cap', detail: null, since: '2026-11-22T00:00:00.000Z', until: null } as const;

test('an event tells that a campaign stands still and that it goes on; one that says nothing of it changes nothing', () => {
  const queryClient = new QueryClient();
  const key = campaignKeys.detail('tenant', id);
  const shown = () => queryClient.getQueryData<Campaign>(key)?.stall;
  queryClient.setQueryData(key, { id, status: 'running', counters, stall: null, rate_per_second: 5 });
  applyCampaignEvent(queryClient, 'tenant', { ...change, stall });
  expect(shown()).toEqual(stall);
  applyCampaignEvent(queryClient, 'tenant', change);
  expect(shown()).toEqual(stall);
  applyCampaignEvent(queryClient, 'tenant', { ...change, stall: null });
  expect(shown()).toBeNull();
  // What an event says of speed is what was measured, not what was set.
  expect(queryClient.getQueryData<Campaign>(key)?.rate_per_second).toBe(5);
});
