import { createSimulator } from '@zaphub/providers';
import { silentLogger } from '@zaphub/telemetry';
import { createContacts, useTestDatabase } from '@zaphub/testing';
import type { Preflight } from '@zaphub/types';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createSendingEngine } from '../lanes/index.ts';
import { temporaryFolder } from '../ledger-fixture.ts';
import { compileTemplate } from '../templates/index.ts';
import { campaignFixture } from './campaign-fixture.ts';

const database = useTestDatabase();
const at = '/campaigns/:campaign_id';
const run = (text: string, values: readonly unknown[]): Promise<number> =>
  database.system.system((tx) => tx.run(text, values));

describe('the expected finish of a campaign', () => {
  test('is within a fifth of when it ends', async () => {
    const tenant = await campaignFixture(database);
    await createContacts(database.system, tenant.tenantId, { count: 81 });
    await run('update connections set rate_per_second = 40 where id = $1', [tenant.connectionId]);
    const id = await tenant.draft();
    const ids = { campaign_id: id };
    const { estimated_seconds: seconds } = await tenant.call<Preflight>(`GET ${at}/preflight`, { ids });
    await tenant.call(`POST ${at}/start`, { ids });
    await tenant.prepare(id);
    const { dir, remove } = await temporaryFolder();
    const network = createSimulator({ journalDir: dir, receipts: false });
    const engine = createSendingEngine(
      { db: database.system, providerFor: () => network, compile: compileTemplate, logger: silentLogger },
      { owner: 'worker' },
    );
    onTestFinished(async () => {
      await engine.close();
      await network.close();
      await remove();
    });
    await engine.drain(tenant.connectionId);
    const { took } = await database.system.system((tx) =>
      tx.one<{ took: number }>(
        'select extract(epoch from max(sent_at) - min(marked_at))::float8 as took from messages where campaign_id = $1',
        [id],
      ),
    );
    expect(seconds).toBe(2);
    expect(took / 2).toBeGreaterThan(0.8);
    expect(took / 2).toBeLessThan(1.2);
  });

  test('heeds the caps of the number, what it has sent today, and the hours', async () => {
    const tenant = await campaignFixture(database);
    await createContacts(database.system, tenant.tenantId, { count: 50 });
    const id = await tenant.draft();
    const ids = { campaign_id: id };
    await run(`update tenants set timezone = 'UTC' where id = $1`, [tenant.tenantId]);
    await run('update connections set rate_per_second = 10, daily_cap = 20 where id = $1', [
      tenant.connectionId,
    ]);
    await run(
      `insert into connection_days (tenant_id, connection_id, day, sent, cap)
       values ($1, $2, (now() at time zone 'UTC')::date, 15, 20)`,
      [tenant.tenantId, tenant.connectionId],
    );
    const found = await tenant.call<Preflight>(`GET ${at}/preflight`, { ids });
    expect(found.left_today).toBe(5);
    // 5 today, 20 on each of the next two days, and 5 on the third.
    const days = (found.expected_finish_at ?? '').slice(0, 10);
    const third = new Date(Date.parse(found.expected_start_at) + 3 * 86_400_000).toISOString().slice(0, 10);
    expect(days).toBe(third);
    const never = { windows: [{ days: ['mon'], from: '09:00', to: '09:01' }] };
    await tenant.call(`PUT ${at}/hours`, { ids, body: { hours: never } });
    const weekly = await tenant.call<Preflight>(`GET ${at}/preflight`, { ids });
    expect(
      Date.parse(weekly.expected_finish_at ?? '') - Date.parse(weekly.expected_start_at),
    ).toBeGreaterThan(13 * 86_400_000);
  });
});

test('a test sends one person what the campaign says, and leaves the campaign as it is', async () => {
  const tenant = await campaignFixture(database);
  await createContacts(database.system, tenant.tenantId, { count: 2 });
  const id = await tenant.draft({ body: 'Oi {{ name }}' });
  const ids = { campaign_id: id };
  const before = await tenant.call(`GET ${at}`, { ids });
  const body = { to: '(11) 91234-5678' };
  const sent = await tenant.call<{ id: string }>(`POST ${at}/test`, { ids, body, idempotencyKey: 'k' });
  expect(await tenant.call(`POST ${at}/test`, { ids, body, idempotencyKey: 'k' })).toEqual(sent);
  const rows = await database.system.system((tx) =>
    tx.rows(
      `select m.direct, m.recipient, t.is_test, t.content from messages m join message_contents t on t.message_id = m.id
       where m.tenant_id = $1`,
      [tenant.tenantId],
    ),
  );
  expect(rows).toEqual([
    {
      direct: true,
      recipient: '+5511912345678',
      is_test: true,
      content: { kind: 'text', text: 'Oi Contact 2' },
    },
  ]);
  expect(await tenant.call(`GET ${at}`, { ids })).toEqual(before);
});
