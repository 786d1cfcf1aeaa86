import type { Database } from '@zaphub/db';
import { createCampaign, createTemplate, startCampaign } from '@zaphub/features';
import { createContacts, createTenant } from '@zaphub/testing';
import { toPublicId } from '@zaphub/types';
import type { SeededCampaign } from '../seed-campaign.ts';
import type { RoundPlan } from './plan-round.ts';

/** A campaign of a round, with the place of its tenant in the plan. */
export interface SoakCampaign extends SeededCampaign {
  readonly tenant: number;
  readonly contactIds: readonly string[];
}

/** Makes the tenants of a plan and starts their campaigns, as people would. */
export async function seedRound(db: Database, plan: RoundPlan): Promise<SoakCampaign[]> {
  const seeded: SoakCampaign[] = [];
  for (const [index, planned] of plan.tenants.entries()) {
    const tenant = await createTenant(db);
    const contactIds = await createContacts(db, tenant.tenantId, { count: planned.contacts });
    const template = await createTemplate({ db }, tenant.scope, { name: 'Soak', body: 'Hello {{ name }}' });
    for (const [n, { unknownPolicy, ratePerSecond }] of planned.campaigns.entries()) {
      const campaign = await createCampaign({ db }, tenant.scope, {
        name: `Soak ${n}`,
        template_id: toPublicId('template', template.id),
        audience: { kind: 'all' },
        unknown_policy: unknownPolicy,
        rate_per_second: ratePerSecond ?? null,
      });
      await startCampaign({ db }, tenant.scope, campaign.id);
      seeded.push({ ...tenant, campaignId: campaign.id, tenant: index, contactIds });
    }
  }
  return seeded;
}
