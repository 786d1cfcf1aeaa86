import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { TenantScope, Tx } from '@zaphub/db';
import type { Locale } from '@zaphub/types';
import { getCampaign } from '../campaigns/index.ts';
import { defineRoute } from '../routing/index.ts';
import type { Route } from '../routing/index.ts';
import { attachmentHeader } from './attachment-header.ts';
import { optOutLogLines } from './opt-out-log-lines.ts';
import { reportLines } from './report-lines.ts';

/** What is downloaded as CSV: what became of every recipient of a campaign, and the log of opt-outs. */
export const reportRoutes: readonly Route[] = [
  defineRoute({
    method: 'GET',
    path: '/campaigns/:campaign_id/report.csv',
    auth: 'tenant',
    ids: { campaign_id: 'campaign' },
    reply: 'stream',
    summary: 'Downloads what became of every recipient, as CSV.',
    handle: async ({ deps, scope, ids, res, signal }) => {
      const { campaign, locale } = await deps.db.tenant(scope, async (tx) => ({
        campaign: await getCampaign(scope, tx, ids.campaign_id),
        locale: await findLocale(scope, tx),
      }));
      const lines = reportLines(deps, scope, { campaignId: campaign.id, locale });
      await sendCsv(res, { lines, filename: `${campaign.name}.csv`, signal });
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/opt-outs/log.csv',
    auth: 'tenant',
    reply: 'stream',
    summary: 'Downloads everything that is known of people’s wishes to get messages or not, as CSV.',
    handle: ({ deps, scope, res, signal }) =>
      sendCsv(res, { lines: optOutLogLines(deps, scope), filename: 'opt-outs.csv', signal }),
  }),
];

async function sendCsv(
  res: ServerResponse,
  file: { readonly lines: AsyncIterable<string>; readonly filename: string; readonly signal: AbortSignal },
): Promise<void> {
  res.statusCode = 200;
  res.setHeader('Content-Type', 'text/csv; charset=utf-8');
  res.setHeader('Content-Disposition', attachmentHeader(file.filename));
  res.setHeader('Cache-Control', 'no-store');
  await pipeline(Readable.from(file.lines, { objectMode: false }), res, { signal: file.signal });
}

async function findLocale(scope: TenantScope, tx: Tx): Promise<Locale> {
  const { locale } = await tx.one<{ locale: Locale }>('select locale from tenants where id = $1', [
    scope.tenantId,
  ]);
  return locale;
}
