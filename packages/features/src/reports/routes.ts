import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { TenantScope, Tx } from '@zaphub/db';
import type { Locale } from '@zaphub/types';
import { getCampaign } from '../campaigns/index.ts';
import { defineRoute } from '../routing/index.ts';
import type { Route } from '../routing/index.ts';
import { attachmentHeader } from './attachment-header.ts';
import { reportLines } from './report-lines.ts';

/** `/campaigns/:id/report.csv`: what became of every recipient. */
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
      res.statusCode = 200;
      res.setHeader('Content-Type', 'text/csv; charset=utf-8');
      res.setHeader('Content-Disposition', attachmentHeader(`${campaign.name}.csv`));
      res.setHeader('Cache-Control', 'no-store');
      await pipeline(Readable.from(lines, { objectMode: false }), res, { signal });
    },
  }),
];

async function findLocale(scope: TenantScope, tx: Tx): Promise<Locale> {
  const { locale } = await tx.one<{ locale: Locale }>('select locale from tenants where id = $1', [
    scope.tenantId,
  ]);
  return locale;
}
