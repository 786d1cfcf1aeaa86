import type { Connection } from '@zaphub/types';
import { createTenant, type TestTenant, useTestDatabase } from '@zaphub/testing';
import { beforeEach, expect, test } from 'vitest';
import { callRoute } from '../call-route.ts';
import type { HoldInput } from './actions/hold-connection.ts';
import { holdConnection } from './actions/hold-connection.ts';
import { releaseConnection } from './actions/release-connection.ts';
import { connectionRoutes } from './routes.ts';

const database = useTestDatabase();
let tenant: TestTenant;
beforeEach(async () => {
  tenant = await createTenant(database.system);
});

const inMs = (ms: number): Date => new Date(Date.now() + ms);
const minute = 60_000;

function hold(input: HoldInput): Promise<boolean> {
  return database.api.tenant(tenant.scope, (tx) =>
    holdConnection(tx, tenant.scope, tenant.connectionId, input),
  );
}

function release(cause?: string): Promise<boolean> {
  return database.api.tenant(tenant.scope, (tx) =>
    releaseConnection(tx, tenant.scope, tenant.connectionId, cause === undefined ? {} : { cause }),
  );
}

async function shown(): Promise<Connection['hold']> {
  const as = { db: database.api, scope: tenant.scope };
  const page = await callRoute<{ data: Connection[] }>(connectionRoutes, 'GET /connections', as);
  return page.data[0]?.hold ?? null;
}

test('a held number shows why and until when, and is told to whoever watches it', async () => {
  const until = inMs(minute);
  expect(await hold({ cause: 'account_restricted', detail: '131048', until })).toBe(true);
  expect(await shown()).toEqual({
    cause: 'account_restricted',
    detail: '131048',
    until: until.toISOString(),
  });
  const events = await database.system.system((tx) =>
    tx.rows<{ topic: string; type: string }>('select topic, type from events where tenant_id = $1', [
      tenant.tenantId,
    ]),
  );
  expect(events).toEqual([{ topic: `connection:${tenant.connectionId}`, type: 'connection.changed' }]);
});

test('a hold that is over is no hold, and one in the past begins none', async () => {
  expect(await hold({ cause: 'pause', until: inMs(-minute) })).toBe(false);
  await hold({ cause: 'pause', until: inMs(minute) });
  await database.system.system((tx) =>
    tx.run(`update connections set hold_until = clock_timestamp() where id = $1`, [tenant.connectionId]),
  );
  expect(await shown()).toBeNull();
  expect(await hold({ cause: 'again', until: inMs(minute) })).toBe(true);
  expect(await shown()).toMatchObject({ cause: 'again' });
});

test('of two holds the longer one stays', async () => {
  await hold({ cause: 'long', until: inMs(10 * minute) });
  expect(await hold({ cause: 'short', until: inMs(minute) })).toBe(false);
  expect(await shown()).toMatchObject({ cause: 'long' });
  expect(await hold({ cause: 'number_health' })).toBe(true);
  expect(await hold({ cause: 'longest', until: inMs(1_000 * minute) })).toBe(false);
  expect(await hold({ cause: 'number_health' })).toBe(false);
  expect(await shown()).toMatchObject({ cause: 'number_health', until: null });
});

test('whoever held it releases its own hold only; a person’s hold is not taken back by a machine', async () => {
  await hold({ cause: 'number_health' });
  await hold({ cause: 'user' });
  expect(await release('number_health')).toBe(false);
  expect(await shown()).toMatchObject({ cause: 'user' });
  expect(await release()).toBe(true);
  expect(await release()).toBe(false);
  expect(await shown()).toBeNull();
  const rung = await database.system.system((tx) =>
    tx.rows<{ job: string }>('select job from outbox where tenant_id = $1', [tenant.tenantId]),
  );
  expect(rung).toEqual([{ job: 'message.send' }]);
});

test('another tenant holds nothing of it', async () => {
  const other = await createTenant(database.system);
  const held = await database.api.tenant(other.scope, (tx) =>
    holdConnection(tx, other.scope, tenant.connectionId, { cause: 'theirs' }),
  );
  expect(held).toBe(false);
  expect(await shown()).toBeNull();
});
