import {
  acceptedMessage,
  campaign,
  campaignHours,
  campaignInput,
  campaignPatch,
  campaignSchedule,
  message,
  messageListQuery,
  pageOf,
  pageQuery,
  preflight,
  preflightInput as preflightBody,
  schedulePreview,
  testSendInput,
  toPublicId,
  unknownDecision,
} from '@zaphub/types';
import { z } from 'zod';
import type { Database, TenantScope } from '@zaphub/db';
import { defineRoute, paginate } from '../routing/index.ts';
import type { Route } from '../routing/index.ts';
import { cancelCampaign } from './actions/cancel-campaign.ts';
import { createCampaign } from './actions/create-campaign.ts';
import { decideUnknown } from './actions/decide-unknown.ts';
import { discardCampaign } from './actions/discard-campaign.ts';
import { pauseCampaign, resumeCampaign } from './actions/pause-campaign.ts';
import { preflightCampaign, preflightInput } from './actions/preflight-campaign.ts';
import { previewSchedule } from './actions/preview-schedule.ts';
import { scheduleCampaign } from './actions/schedule-campaign.ts';
import { setHours } from './actions/set-hours.ts';
import { setCampaignRate } from './actions/set-campaign-rate.ts';
import { startCampaign } from './actions/start-campaign.ts';
import { testCampaign } from './actions/test-campaign.ts';
import { listMessages } from './message-queries.ts';
import { presentCampaign, presentMessage } from './present.ts';
import { getCampaign, listCampaigns } from './queries.ts';
import type { CampaignRow } from './queries.ts';

type Move = (deps: { db: Database }, scope: TenantScope, campaignId: string) => Promise<CampaignRow>;

/** A move that needs nothing but the campaign. */
function moveRoute(verb: 'start' | 'pause' | 'resume' | 'cancel', summary: string, move: Move): Route {
  return defineRoute({
    method: 'POST',
    path: `/campaigns/:campaign_id/${verb}`,
    auth: 'tenant',
    role: 'operator',
    ids: { campaign_id: 'campaign' },
    reply: campaign,
    summary,
    handle: async ({ deps, scope, ids }) => presentCampaign(await move(deps, scope, ids.campaign_id)),
  });
}

/** `/campaigns`: one text to many people, from draft to report. */
export const campaignRoutes: readonly Route[] = [
  defineRoute({
    method: 'GET',
    path: '/campaigns',
    auth: 'tenant',
    query: pageQuery,
    reply: pageOf(campaign),
    summary: 'Lists campaigns, newest first, with their counters.',
    handle: ({ deps, scope, query, cursors }) =>
      paginate(cursors, query, {
        key: z.uuid(),
        fetch: (after, take) => deps.db.tenant(scope, (tx) => listCampaigns(scope, tx, after, take)),
        keyOf: (row) => row.id,
        present: presentCampaign,
      }),
  }),
  defineRoute({
    method: 'POST',
    path: '/campaigns',
    auth: 'tenant',
    role: 'operator',
    body: campaignInput,
    reply: campaign,
    status: 201,
    summary: 'Makes a draft; nothing is sent.',
    handle: async ({ deps, scope, body }) => presentCampaign(await createCampaign(deps, scope, body)),
  }),
  defineRoute({
    method: 'POST',
    path: '/campaigns/preflight',
    auth: 'tenant',
    body: preflightBody,
    reply: preflight,
    summary: 'Says who would get such a campaign and who would not, and why; nothing is stored.',
    handle: ({ deps, scope, body }) => preflightInput(deps, scope, body),
  }),
  defineRoute({
    method: 'GET',
    path: '/campaigns/:campaign_id',
    auth: 'tenant',
    ids: { campaign_id: 'campaign' },
    reply: campaign,
    summary: 'Reads a campaign with its counters.',
    handle: async ({ deps, scope, ids }) =>
      presentCampaign(await deps.db.tenant(scope, (tx) => getCampaign(scope, tx, ids.campaign_id))),
  }),
  defineRoute({
    method: 'PATCH',
    path: '/campaigns/:campaign_id',
    auth: 'tenant',
    role: 'operator',
    ids: { campaign_id: 'campaign' },
    body: campaignPatch,
    reply: campaign,
    summary: 'Changes how fast a campaign is sent, also while it is being sent.',
    handle: async ({ deps, scope, ids, body }) =>
      presentCampaign(
        await setCampaignRate(deps, scope, {
          campaignId: ids.campaign_id,
          ratePerSecond: body.rate_per_second,
        }),
      ),
  }),
  defineRoute({
    method: 'DELETE',
    path: '/campaigns/:campaign_id',
    auth: 'tenant',
    role: 'operator',
    ids: { campaign_id: 'campaign' },
    reply: 'none',
    summary: 'Deletes a draft.',
    handle: ({ deps, scope, ids }) => discardCampaign(deps, scope, ids.campaign_id),
  }),
  defineRoute({
    method: 'POST',
    path: '/campaigns/:campaign_id/schedule/preview',
    auth: 'tenant',
    ids: { campaign_id: 'campaign' },
    body: campaignSchedule,
    reply: schedulePreview,
    summary: 'Says what a schedule would mean: who gets it when, and until when; nothing is stored.',
    handle: ({ deps, scope, ids, body }) =>
      previewSchedule(deps, scope, { ...body, campaignId: ids.campaign_id }),
  }),
  defineRoute({
    method: 'GET',
    path: '/campaigns/:campaign_id/preflight',
    auth: 'tenant',
    ids: { campaign_id: 'campaign' },
    reply: preflight,
    summary: 'Says who will get the campaign and who will not, and why.',
    handle: ({ deps, scope, ids }) => preflightCampaign(deps, scope, ids.campaign_id),
  }),
  moveRoute('start', 'Sends the campaign now.', startCampaign),
  moveRoute('pause', 'Stops after what is on its way.', pauseCampaign),
  moveRoute('resume', 'Goes on where the pause stopped it.', resumeCampaign),
  moveRoute('cancel', 'Ends the campaign for good.', cancelCampaign),
  defineRoute({
    method: 'POST',
    path: '/campaigns/:campaign_id/schedule',
    auth: 'tenant',
    role: 'operator',
    ids: { campaign_id: 'campaign' },
    body: campaignSchedule,
    reply: campaign,
    summary: 'Sets or changes when the campaign starts.',
    handle: async ({ deps, scope, ids, body }) =>
      presentCampaign(await scheduleCampaign(deps, scope, { ...body, campaignId: ids.campaign_id })),
  }),
  defineRoute({
    method: 'POST',
    path: '/campaigns/:campaign_id/test',
    auth: 'tenant',
    role: 'operator',
    ids: { campaign_id: 'campaign' },
    body: testSendInput,
    reply: acceptedMessage,
    status: 202,
    summary: 'Sends one person what the campaign says, marked as a test; the campaign stays as it is.',
    handle: async ({ deps, scope, ids, body, idempotencyKey }) => {
      const input = { ...body, campaignId: ids.campaign_id, idempotencyKey };
      const { messageId } = await testCampaign(deps, scope, input);
      return { id: toPublicId('message', messageId), state: 'pending' as const };
    },
  }),
  defineRoute({
    method: 'PUT',
    path: '/campaigns/:campaign_id/hours',
    auth: 'tenant',
    role: 'operator',
    ids: { campaign_id: 'campaign' },
    body: campaignHours,
    reply: campaign,
    summary: 'Sets the hours and days on which the campaign may send, also while it is running.',
    handle: async ({ deps, scope, ids, body }) =>
      presentCampaign(await setHours(deps, scope, { ...body, campaignId: ids.campaign_id })),
  }),
  defineRoute({
    method: 'POST',
    path: '/campaigns/:campaign_id/unknown',
    auth: 'tenant',
    role: 'operator',
    ids: { campaign_id: 'campaign' },
    body: unknownDecision,
    reply: campaign,
    summary: 'Sends again to recipients whose outcome was lost, or leaves them as they are.',
    handle: async ({ deps, scope, ids, body }) =>
      presentCampaign(await decideUnknown(deps, scope, { ...body, campaignId: ids.campaign_id })),
  }),
  defineRoute({
    method: 'GET',
    path: '/campaigns/:campaign_id/messages',
    auth: 'tenant',
    ids: { campaign_id: 'campaign' },
    query: messageListQuery,
    reply: pageOf(message),
    summary: 'Lists the recipients of a campaign, all or in one state.',
    handle: async ({ deps, scope, ids, query, cursors }) => {
      const filter = { campaignId: ids.campaign_id, state: query.state };
      await deps.db.tenant(scope, (tx) => getCampaign(scope, tx, ids.campaign_id));
      return paginate(cursors, query, {
        key: z.uuid(),
        fetch: (after, take) => deps.db.tenant(scope, (tx) => listMessages(scope, tx, filter, after, take)),
        keyOf: (row) => row.contact_id,
        present: presentMessage,
      });
    },
  }),
];
