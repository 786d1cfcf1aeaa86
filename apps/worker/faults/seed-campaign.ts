import type { Database } from '@zaphub/db';
import { createCampaign, createTemplate, saveSenderPool, startCampaign } from '@zaphub/features';
import { createContacts, createTenant, type TestTenant } from '@zaphub/testing';
import { type PublicId, toPublicId, type UnknownPolicy } from '@zaphub/types';

/** A campaign of a fault test. */
export interface SeededCampaign extends TestTenant {
  readonly campaignId: string;
}

export interface SeedOptions {
  readonly recipients: number;
  readonly unknownPolicy?: UnknownPolicy;
  readonly ratePerSecond?: number;
  /** Sent by a pool of so many numbers instead of by one. */
  readonly numbers?: number;
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
    sender_pool_id: options.numbers === undefined ? null : await seedPool(db, tenant, options.numbers),
    unknown_policy: options.unknownPolicy ?? 'at_most_once',
    rate_per_second: options.ratePerSecond ?? null,
  });
  await startCampaign({ db }, tenant.scope, campaign.id);
  return { ...tenant, campaignId: campaign.id };
}

async function seedPool(db: Database, tenant: TestTenant, numbers: number): Promise<PublicId<'sender_pool'>> {
  const ids = await db.system(async (tx) => {
    const made = await tx.rows<{ id: string }>(
      `insert into connections (tenant_id, name, provider) select $1, 'Number ' || n, 'simulator'
       from generate_series(2, $2::int) n returning id`,
      [tenant.tenantId, numbers],
    );
    await tx.run('insert into lanes (connection_id, tenant_id) select unnest($2::uuid[]), $1', [
      tenant.tenantId,
      made.map(({ id }) => id),
    ]);
    return [tenant.connectionId, ...made.map(({ id }) => id)];
  });
  const pool = await saveSenderPool({ db }, tenant.scope, {
    poolId: undefined,
    input: {
      name: 'Pool',
      sticky: true,
      failover_after_seconds: 1,
      members: ids.map((id) => ({ connection_id: toPublicId('connection', id), weight: 1 })),
    },
  });
  return toPublicId('sender_pool', pool.id);
}
