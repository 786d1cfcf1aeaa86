import type { Connection, Page } from '@zaphub/types';
import { toPublicId } from '@zaphub/types';
import { createTenant, useTestDatabase } from '@zaphub/testing';
import { expect, test } from 'vitest';
import { callRoute } from '../call-route.ts';
import { ensureSimulator } from './actions/ensure-simulator.ts';
import { connectionRoutes } from './routes.ts';

const database = useTestDatabase();

async function list(scope: Parameters<typeof ensureSimulator>[1]): Promise<Connection[]> {
  const as = { db: database.api, scope };
  return (await callRoute<Page<Connection>>(connectionRoutes, 'GET /connections', as)).data;
}

test('a tenant sees its own connections only', async () => {
  const [tenant] = [await createTenant(database.system), await createTenant(database.system)];
  expect(await list(tenant.scope)).toEqual([
    {
      id: toPublicId('connection', tenant.connectionId),
      name: 'Simulator',
      provider: 'simulator',
      status: 'connected',
      status_cause: null,
      status_detail: null,
      status_at: expect.any(String),
      phone: null,
      profile_name: null,
      hold: null,
      code: null,
      rate_per_second: null,
      created_at: expect.any(String),
    },
  ]);
});

test('the simulator is made once, with its lane, however many ask at once', async () => {
  const tenant = await createTenant(database.system);
  await database.system.system((tx) =>
    tx.run('delete from connections where id = $1', [tenant.connectionId]),
  );
  const deps = { db: database.api };
  const made = await Promise.all([1, 2, 3].map(() => ensureSimulator(deps, tenant.scope)));
  expect(new Set(made).size).toBe(1);
  expect(await list(tenant.scope)).toHaveLength(1);
  const lanes = await database.system.system((tx) =>
    tx.rows('select connection_id from lanes where tenant_id = $1', [tenant.tenantId]),
  );
  expect(lanes).toEqual([{ connection_id: made[0] }]);
});
