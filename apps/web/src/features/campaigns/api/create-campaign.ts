import type { Campaign, CampaignInput } from '@zaphub/types';
import type { ApiClient } from '#lib/api-client.ts';

/** `POST /campaigns`: makes a draft; nothing is sent. */
export function createCampaign(api: ApiClient, input: CampaignInput): Promise<Campaign> {
  return api.post<Campaign>('/campaigns', input);
}
