import type { Database } from '@zaphub/db';
import type { Campaign } from '@zaphub/types';
import { createTenant } from '@zaphub/testing';
import type { TestDatabase, TestTenant } from '@zaphub/testing';
import { callRoute } from '../call-route.ts';
import type { RouteCall } from '../call-route.ts';
import { templateRoutes } from '../templates/index.ts';
import { createPrepareHandler } from './jobs/prepare-campaign.ts';
import { campaignRoutes } from './routes.ts';

/** A tenant of a test that makes campaigns, with the calls and looks that the tests share. */
export interface CampaignFixture extends TestTenant {
  call<T = Campaign>(line: string, call?: RouteCall): Promise<T>;
  /** Makes a draft to everybody unless told otherwise; answers its UUID. */
  draft(options?: { body?: string; tag?: string }): Promise<string>;
  /** Runs `campaign.prepare` the way the worker does. */
  prepare(campaignId: string, signals?: { closing?: AbortSignal }): Promise<void>;
  /** Recipients by state and reason. */
  ledger(campaignId: string): Promise<Record<string, number>>;
  /** Names of the jobs in the tenant's outbox, oldest first. */
  jobs(): Promise<string[]>;
}

const never = new AbortController().signal;

/** Makes a tenant with a template for the tests of campaigns. */
export async function campaignFixture(database: TestDatabase): Promise<CampaignFixture> {
  const tenant = await createTenant(database.system);
  const as: { db: Database; scope: TestTenant['scope'] } = { db: database.api, scope: tenant.scope };
  const call = <T = Campaign>(line: string, call?: RouteCall) => callRoute<T>(campaignRoutes, line, as, call);
  let templates = 0;
  return {
    ...tenant,
    call,
    async draft(options = {}) {
      const body = { name: `Template ${++templates}`, body: options.body ?? 'Oi {{ name }}' };
      const template = await callRoute<{ id: string }>(templateRoutes, 'POST /templates', as, { body });
      const audience = options.tag === undefined ? { kind: 'all' } : { kind: 'tag', tag: options.tag };
      await call('POST /campaigns', { body: { name: 'June', template_id: template.id, audience } });
      const { id } = await database.system.system((tx) =>
        tx.one<{ id: string }>('select id from campaigns where tenant_id = $1 order by id desc limit 1', [
          tenant.tenantId,
        ]),
      );
      return id;
    },
    prepare: (campaignId, signals = {}) =>
      createPrepareHandler({ db: database.system })({
        payload: { tenantId: tenant.tenantId, campaignId },
        attempt: 1,
        signal: never,
        closing: signals.closing ?? never,
      }),
    async ledger(campaignId) {
      const rows = await database.system.system((tx) =>
        tx.rows<{ key: string; count: number }>(
          `select concat_ws(' ', state, reason) as key, count(*) from messages where campaign_id = $1 group by 1`,
          [campaignId],
        ),
      );
      return Object.fromEntries(rows.map((row) => [row.key, row.count]));
    },
    async jobs() {
      const rows = await database.system.system((tx) =>
        tx.rows<{ job: string }>('select job from outbox where tenant_id = $1 order by id', [
          tenant.tenantId,
        ]),
      );
      return rows.map((row) => row.job);
    },
  };
}
