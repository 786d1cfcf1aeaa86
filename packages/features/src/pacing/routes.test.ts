import type { NumberLimits, TenantLimits } from '@zaphub/types';
import { createTenant, useTestDatabase } from '@zaphub/testing';
import { describe, expect, test } from 'vitest';
import { setNumberLimits } from './actions/set-number-limits.ts';
import { setTenantLimits } from './actions/set-tenant-limits.ts';
import { readNumberLimits } from './queries.ts';

const database = useTestDatabase();

describe('limits', () => {
  test('of a number are changed one by one, written down, and a plan begins on the number’s own day', async () => {
    const { scope, tenantId, connectionId } = await createTenant(database.system);
    const change = (patch: Parameters<typeof setNumberLimits>[2]['patch']): Promise<NumberLimits> =>
      setNumberLimits({ db: database.api }, scope, { connectionId, patch });
    expect(
      await change({ warm_up: 'standard', timezone: 'Pacific/Kiritimati', jitter01: 0.2 }),
    ).toMatchObject({
      warm_up: expect.arrayContaining([20, 2_000]),
      daily_cap: null,
      jitter01: 0.2,
      left_today: 20,
    });
    const { day } = await database.system.system((tx) =>
      tx.one<{ day: string }>(
        `select (clock_timestamp() at time zone 'Pacific/Kiritimati')::date::text as day`,
      ),
    );
    expect(await change({ daily_cap: 7 })).toMatchObject({ warm_up_from: day, daily_cap: 7, left_today: 7 });
    expect(await change({ warm_up: null, daily_cap: null })).toMatchObject({
      warm_up: null,
      warm_up_from: null,
      left_today: null,
      timezone: 'Pacific/Kiritimati',
    });
    const actions = await database.system.system((tx) =>
      tx.run(`select from audit_log where tenant_id = $1 and action = 'connections.limits'`, [tenantId]),
    );
    expect(actions).toBe(3);
  });

  test('of a number say what it may send now, slowed as it is, and today', async () => {
    const { scope, tenantId, connectionId } = await createTenant(database.system);
    const change = (patch: Parameters<typeof setNumberLimits>[2]['patch']): Promise<NumberLimits> =>
      setNumberLimits({ db: database.api }, scope, { connectionId, patch });
    expect(await change({ timezone: 'UTC' })).toMatchObject({
      rate_per_second: null,
      rate_now: null,
      cap_today: null,
      today: expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/),
    });
    await database.system.system((tx) =>
      tx.run(
        `insert into number_health (connection_id, tenant_id, state, score, pace_share01) values ($1, $2, 'slowed', 70, 0.5)`,
        [connectionId, tenantId],
      ),
    );
    expect(await change({ rate_per_second: 4, daily_cap: 30, warm_up: 'standard' })).toMatchObject({
      rate_per_second: 4,
      rate_now: 2,
      cap_today: 20,
      left_today: 20,
    });
    // What it sent before it had a cap counts, too.
    await database.system.system((tx) =>
      tx.run('insert into number_counts (tenant_id, connection_id, slot, sent) values ($1, $2, now(), 15)', [
        tenantId,
        connectionId,
      ]),
    );
    expect(await change({ daily_cap: 12 })).toMatchObject({ cap_today: 12, left_today: 0 });
    expect(await change({ daily_cap: 18 })).toMatchObject({ cap_today: 18, left_today: 3 });
    // And what it sent while the cap was off, when a slot under one has been counted already.
    await database.system.system((tx) =>
      tx.run(
        `insert into connection_days (tenant_id, connection_id, day, sent, cap)
         select $1, $2, (clock_timestamp() at time zone timezone)::date, 1, 18 from tenants where id = $1`,
        [tenantId, connectionId],
      ),
    );
    expect(await change({ daily_cap: null, warm_up: null })).toMatchObject({ left_today: null });
    expect(await change({ daily_cap: 20 })).toMatchObject({ cap_today: 20, left_today: 5 });
  });

  test('of all numbers are changed one by one', async () => {
    const { scope } = await createTenant(database.system);
    const change = (patch: Parameters<typeof setTenantLimits>[2]): Promise<TenantLimits> =>
      setTenantLimits({ db: database.api }, scope, patch);
    expect(await change({ rate_per_second: 12.5, frequency_cap: 3 })).toEqual({
      rate_per_second: 12.5,
      frequency_cap: 3,
      frequency_days: 7,
      frequency_policy: 'skip',
    });
    expect(await change({ frequency_cap: null, frequency_policy: 'wait' })).toMatchObject({
      rate_per_second: 12.5,
      frequency_cap: null,
      frequency_policy: 'wait',
    });
  });

  test('of another tenant’s number are not found', async () => {
    const [mine, other] = [await createTenant(database.system), await createTenant(database.system)];
    const { connectionId } = other;
    await expect(
      setNumberLimits({ db: database.api }, mine.scope, { connectionId, patch: { daily_cap: 1 } }),
    ).rejects.toMatchObject({ code: 'not_found' });
    await expect(
      database.api.tenant(mine.scope, (tx) => readNumberLimits(mine.scope, tx, connectionId)),
    ).rejects.toMatchObject({ code: 'not_found' });
  });
});
