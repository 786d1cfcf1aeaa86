import type { Database } from '@zaphub/db';
import { cancelCampaign, decideCampaignUnknown, pauseCampaign, resumeCampaign } from '@zaphub/features';
import type { SeededCampaign } from './seed-campaign.ts';

/** What a person may decide about a running campaign, by the same actions that the routes use. */
export interface CampaignActions {
  pause(): Promise<unknown>;
  resume(): Promise<unknown>;
  cancel(): Promise<unknown>;
  resendUnknown(): Promise<unknown>;
  leaveUnknown(): Promise<unknown>;
}

/** The actions of one campaign. */
export function createCampaignActions(db: Database, { scope, campaignId }: SeededCampaign): CampaignActions {
  return {
    pause: () => pauseCampaign({ db }, scope, campaignId),
    resume: () => resumeCampaign({ db }, scope, campaignId),
    cancel: () => cancelCampaign({ db }, scope, campaignId),
    resendUnknown: () => decideCampaignUnknown({ db }, scope, { campaignId, decision: 'resend' }),
    leaveUnknown: () => decideCampaignUnknown({ db }, scope, { campaignId, decision: 'leave' }),
  };
}
