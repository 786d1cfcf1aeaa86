export { createCampaign } from './actions/create-campaign.ts';
export { startCampaign } from './actions/start-campaign.ts';
export { campaignSteps } from './jobs/campaign-steps.ts';
export { createCancelHandler } from './jobs/cancel-campaign.ts';
export { createPrepareHandler } from './jobs/prepare-campaign.ts';
export { presentCampaign } from './present.ts';
export { getCampaign } from './queries.ts';
export type { CampaignRow } from './queries.ts';
export { campaignRoutes } from './routes.ts';
