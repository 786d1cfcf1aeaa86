import { silentLogger } from '@zaphub/telemetry';
import { createTenant, type TestTenant, useTestDatabase } from '@zaphub/testing';
import { describe, expect, test } from 'vitest';
import { createHealthCounter, judgeNumbers, readHealth } from './index.ts';

const database = useTestDatabase();
const run = (text: string, values: readonly unknown[]): Promise<number> =>
  database.system.system((tx) => tx.run(text, values));

async function happened(
  tenant: TestTenant,
  counts: { sent: number; failed: number; blocked?: number },
): Promise<void> {
  const counter = createHealthCounter({ db: database.system, logger: silentLogger });
  counter.note(tenant, { sent: counts.sent });
  counter.note(tenant, { failed: counts.failed, blocked: counts.blocked ?? 0 });
  await counter.close();
}

const health = (tenant: TestTenant) =>
  database.api.tenant(tenant.scope, (tx) => readHealth(tx, tenant.scope, tenant.connectionId));
const connection = (tenant: TestTenant) =>
  database.system.system((tx) =>
    tx.one<{ hold_cause: string | null; held: boolean }>(
      `select hold_cause, not app.can_send(status, hold_cause, hold_until) as held from connections where id = $1`,
      [tenant.connectionId],
    ),
  );
const audited = async (tenant: TestTenant): Promise<string[]> => {
  const rows = await database.system.system((tx) =>
    tx.rows<{ action: string }>('select action from audit_log where tenant_id = $1 order by id', [
      tenant.tenantId,
    ]),
  );
  return rows.map(({ action }) => action);
};
const judgeAll = (): Promise<number> => judgeNumbers({ db: database.system }).run();

describe('numbers that are judged', () => {
  test('are slowed, stopped with the cause, brought back slowly and good again, all of it written down', async () => {
    const tenant = await createTenant(database.system);
    await happened(tenant, { sent: 100, failed: 2 });
    expect(await judgeAll()).toBe(0);
    expect(await health(tenant)).toMatchObject({ state: 'good', hour: { sent: 100, failed: 2 } });

    await happened(tenant, { sent: 0, failed: 30 });
    expect(await judgeAll()).toBe(1);
    expect(await health(tenant)).toMatchObject({
      state: 'slowed',
      cause: 'health_failures',
      paceShare01: 0.5,
    });
    expect(await connection(tenant)).toEqual({ hold_cause: null, held: false });

    // What comes after is counted anew; its slot begins later than the change.
    await run(
      `update number_health set since = date_bin('10 minutes', clock_timestamp(), '2000-01-01') - interval '1 second' where connection_id = $1`,
      [tenant.connectionId],
    );
    await happened(tenant, { sent: 0, failed: 150 });
    expect(await judgeAll()).toBe(1);
    expect(await connection(tenant)).toEqual({ hold_cause: 'health_failures', held: true });
    expect(await judgeAll()).toBe(0);

    await run(`update connections set hold_until = clock_timestamp() - interval '1 second' where id = $1`, [
      tenant.connectionId,
    ]);
    await run(`update number_counts set slot = slot - interval '2 hours' where connection_id = $1`, [
      tenant.connectionId,
    ]);
    expect(await judgeAll()).toBe(1);
    expect(await health(tenant)).toMatchObject({ state: 'slowed', paceShare01: 0.25 });
    await run(`update number_health set since = since - interval '11 minutes' where connection_id = $1`, [
      tenant.connectionId,
    ]);
    expect(await judgeAll()).toBe(1);
    expect(await health(tenant)).toMatchObject({ state: 'good', cause: null, paceShare01: 1 });
    expect(await audited(tenant)).toEqual([
      'number_health.slowed',
      'number_health.stopped',
      'number_health.slowed',
      'number_health.good',
    ]);
  });

  test('are stopped at their limit of unanswered messages; answers count', async () => {
    const tenant = await createTenant(database.system);
    await run('update connections set unanswered_limit = 50 where id = $1', [tenant.connectionId]);
    await happened(tenant, { sent: 55, failed: 0 });
    await run('update number_counts set replied = 10 where connection_id = $1', [tenant.connectionId]);
    expect(await judgeAll()).toBe(0);
    await happened(tenant, { sent: 5, failed: 0 });
    expect(await judgeAll()).toBe(1);
    expect(await connection(tenant)).toEqual({ hold_cause: 'unanswered_limit', held: true });
  });

  test('show nothing to another tenant', async () => {
    const [tenant, other] = [await createTenant(database.system), await createTenant(database.system)];
    expect(
      await database.api.tenant(other.scope, (tx) => readHealth(tx, other.scope, tenant.connectionId)),
    ).toBeUndefined();
  });
});
