import { randomUUID } from 'node:crypto';
import type { Route } from '@zaphub/features';
import { createTenant, type TestTenant } from '@zaphub/testing';
import type { TestApi } from '../testing/test-api.ts';
import type { Principal } from './call-route.ts';
import { type SeededIds, seedTenant } from './seed-tenant.ts';

/** Two tenants with a row of every kind, and everybody who might look across. */
export interface World {
  readonly api: TestApi;
  readonly a: TestTenant;
  readonly b: TestTenant;
  readonly idsOfA: SeededIds;
  readonly idsOfB: SeededIds;
  readonly ownerOfA: Principal;
  readonly ownerOfB: Principal;
  /** Belongs to both tenants, and has chosen A. */
  readonly both: Principal;
  /** Everybody who is not in B, or is there but has chosen A. */
  readonly outsiders: readonly Principal[];
  /** Ids of A for one call of a route: new rows for one that may change them. */
  idsFor(route: Route): Promise<SeededIds>;
}

/** Fills the database of a test api. */
export async function createWorld(api: TestApi): Promise<World> {
  const a = await createTenant(api.system, { name: 'CANARY-A-tenant' });
  const b = await createTenant(api.system, { name: 'CANARY-B-tenant' });
  const idsOfA = await seedTenant(api, a, 'A');
  // Two of each, so that B's lists have a second page and with it a cursor.
  await seedTenant(api, b, 'B');
  const idsOfB = await seedTenant(api, b, 'B');
  const viewerId = randomUUID();
  const bothId = randomUUID();
  await api.system.system(async (tx) => {
    const members: [string, string, string][] = [
      [a.tenantId, viewerId, 'viewer'],
      [a.tenantId, bothId, 'owner'],
      [b.tenantId, bothId, 'owner'],
    ];
    for (const member of members) {
      await tx.run(
        `insert into members (tenant_id, user_id, role, email) values ($1, $2, $3, 'x@example.com')`,
        member,
      );
    }
  });
  const ownerOfA = { name: 'owner of A', as: a.ownerId };
  const both = { name: 'member of both who chose A', as: bothId, tenant: idsOfA.tenant };
  return {
    api,
    a,
    b,
    idsOfA,
    idsOfB,
    ownerOfA,
    ownerOfB: { name: 'owner of B', as: b.ownerId },
    both,
    outsiders: [{ name: 'nobody' }, ownerOfA, { name: 'viewer of A', as: viewerId }, both],
    idsFor: (route) => (route.method === 'GET' ? Promise.resolve(idsOfA) : seedTenant(api, a, 'A')),
  };
}
