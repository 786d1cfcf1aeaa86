import type { Database } from '@zaphub/db';
import { createCampaign, createTemplate, startCampaign } from '@zaphub/features';
import { createContacts, createTenant, type TestTenant } from '@zaphub/testing';
import { toPublicId, type UnknownPolicy } from '@zaphub/types';

/** A campaign of a fault test. */
export interface SeededCampaign extends TestTenant {
  readonly campaignId: string;
}

export interface SeedOptions {
  readonly recipients: number;
  readonly unknownPolicy?: UnknownPolicy;
  readonly ratePerSecond?: number;
}

/** Makes a tenant, its contacts and a campaign to all of them, and starts it as a person would. */
export async function seedCampaign(db: Database, options: SeedOptions): Promise<SeededCampaign> {
  const tenant = await createTenant(db);
  await createContacts(db, tenant.tenantId, { count: options.recipients });
  const template = await createTemplate({ db }, tenant.scope, { name: 'Hello', body: 'Hello {{ name }}' });
  const campaign = await createCampaign({ db }, tenant.scope, {
    name: 'Faults',
    template_id: toPublicId('template', template.id),
    audience: { kind: 'all' },
    unknown_policy: options.unknownPolicy ?? 'at_most_once',
    rate_per_second: options.ratePerSecond ?? null,
  });
  await startCampaign({ db }, tenant.scope, campaign.id);
  return { ...tenant, campaignId: campaign.id };
}
