import { createTenant, type TestTenant, useTestDatabase } from '@zaphub/testing';
import { beforeEach, expect, test } from 'vitest';
import { holdConnection } from '../connections/index.ts';
import { createSessionConnection, readStatus } from './session-fixture.ts';
import { sessionSteps } from './session-steps.ts';

const database = useTestDatabase();
let tenant: TestTenant;
beforeEach(async () => {
  tenant = await createTenant(database.system);
});

function step(name: string): Promise<number> {
  const found = sessionSteps(database.system).find((each) => each.name === name);
  if (found === undefined) throw new Error(`no step ${name}`);
  return found.run();
}

const run = (text: string, values: unknown[]): Promise<number> =>
  database.system.system((tx) => tx.run(text, values));

test('a hold that is over is cleared and its lane is rung, once', async () => {
  const { scope, connectionId } = tenant;
  const until = new Date(Date.now() + 60_000);
  await database.api.tenant(scope, (tx) =>
    holdConnection(tx, scope, connectionId, { cause: 'pause', until }),
  );
  expect(await step('end-holds')).toBe(0);
  await run(`update connections set hold_until = clock_timestamp() where id = $1`, [connectionId]);
  expect(await step('end-holds')).toBe(1);
  expect(await step('end-holds')).toBe(0);
  expect(
    await run(`select from outbox where job = 'message.send' and tenant_id = $1`, [tenant.tenantId]),
  ).toBe(1);
});

test.each([
  ['socket', 'reconnecting'],
  ['gateway', 'degraded'],
] as const)('a number of a %s that nobody holds for a while says so: it is %s', async (place, status) => {
  const id = await createSessionConnection(database.system, tenant, { place });
  await run('update connection_sessions set wanted = true where connection_id = $1', [id]);
  await run(`update connections set status = 'connected' where id = $1`, [id]);
  expect(await step('tell-unheld-sessions')).toBe(0);
  await run(`update connections set status_at = clock_timestamp() - interval '1 minute' where id = $1`, [id]);
  await run(
    `update connection_sessions set lease_until = clock_timestamp() + interval '1 minute' where connection_id = $1`,
    [id],
  );
  expect(await step('tell-unheld-sessions')).toBe(0);
  await run('update connection_sessions set lease_until = null where connection_id = $1', [id]);
  expect(await step('tell-unheld-sessions')).toBe(1);
  expect(await step('tell-unheld-sessions')).toBe(0);
  expect(await readStatus(database.system, id)).toEqual({ status, cause: 'no_worker' });
});

test('codes that are dead, keys of what was deleted, and old history go', async () => {
  const id = await createSessionConnection(database.system, tenant);
  const values = [tenant.tenantId, id];
  await run(
    `insert into connection_codes (tenant_id, connection_id, sealed, expires_at) values ($1, $2, 'x', clock_timestamp())`,
    values,
  );
  await run(
    `insert into session_keys (tenant_id, connection_id, name, sealed) values ($1, $2, 'creds', 'x')`,
    values,
  );
  await run(
    `insert into connection_events (tenant_id, connection_id, type, created_at)
     values ($1, $2, 'old', now() - interval '91 days'), ($1, $2, 'new', now())`,
    values,
  );
  expect(await step('delete-dead-codes')).toBe(1);
  expect(await step('forget-deleted-sessions')).toBe(0);
  await run('update connections set deleted_at = now() where id = $1', [id]);
  expect(await step('forget-deleted-sessions')).toBe(1);
  expect(await step('delete-old-connection-events')).toBe(1);
});
