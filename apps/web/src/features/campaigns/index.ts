export { applyCampaignEvent } from './api/apply-campaign-event.ts';
export { campaignsQuery } from './api/list-campaigns.ts';
export { CampaignRow } from './components/campaign-row.tsx';
export { isActive } from './components/campaign-facts.ts';
export { StateBadge } from './components/state-badge.tsx';
