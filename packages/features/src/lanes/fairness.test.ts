import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSimulator, type Provider } from '@zaphub/providers';
import { silentLogger } from '@zaphub/telemetry';
import { createContacts, createTenant, type TestTenant, useTestDatabase } from '@zaphub/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compileTemplate } from '../templates/index.ts';
import { createSendingEngine, type SendingEngine } from './index.ts';

describe('campaigns that share a lane', () => {
  const database = useTestDatabase();
  let journalDir = '';
  let provider: Provider;
  beforeAll(async () => {
    journalDir = await mkdtemp(join(tmpdir(), 'zaphub-fairness-'));
    provider = createSimulator({ journalDir, seed: 1, receipts: false });
  });
  afterAll(async () => {
    await provider.close();
    await rm(journalDir, { recursive: true });
  });

  const engineOf = (turnMs: number): SendingEngine =>
    createSendingEngine(
      { db: database.system, providerFor: () => provider, compile: compileTemplate, logger: silentLogger },
      { owner: 'test', turnMs },
    );

  /** A running campaign to every contact of the tenant. */
  function addCampaign(tenant: TestTenant, options: { startedAt: string }): Promise<string> {
    return database.system.system(async (tx) => {
      const { id } = await tx.one<{ id: string }>(
        `insert into campaigns (tenant_id, name, body, connection_id, audience, status, started_at, frozen_at)
         values ($1, 'June', 'Hi', $2, '{"kind":"all"}', 'running', $3, $3) returning id`,
        [tenant.tenantId, tenant.connectionId, options.startedAt],
      );
      const total = await tx.run(
        `insert into messages (tenant_id, campaign_id, contact_id, connection_id, position, recipient)
         select $1, $2, id, $3, row_number() over (order by id), phone from contacts where tenant_id = $1`,
        [tenant.tenantId, id, tenant.connectionId],
      );
      await tx.run('insert into campaign_counters (campaign_id, tenant_id, total) values ($1, $2, $3)', [
        id,
        tenant.tenantId,
        total,
      ]);
      return id;
    });
  }

  async function sentOf(campaignId: string): Promise<number> {
    const { sent } = await database.system.system((tx) =>
      tx.one<{ sent: number }>('select sent from campaign_counters where campaign_id = $1', [campaignId]),
    );
    return sent;
  }

  test('take turns on a slow one, however short a turn is against a batch', async () => {
    const tenant = await createTenant(database.system);
    await createContacts(database.system, tenant.tenantId, { count: 100 });
    await database.system.system((tx) =>
      tx.run('update connections set rate_per_second = 200 where id = $1', [tenant.connectionId]),
    );
    const older = await addCampaign(tenant, { startedAt: '2026-01-01' });
    const newer = await addCampaign(tenant, { startedAt: '2026-01-02' });
    const engine = engineOf(10);
    // On a busy machine a turn may end before anything was sent; what counts is who was served meanwhile.
    for (let turn = 0; turn < 100 && (await sentOf(newer)) === 0; turn++)
      await engine.runTurn(tenant.connectionId);
    expect(await sentOf(newer)).toBeGreaterThan(0);
    expect(await sentOf(older)).toBeLessThan(100);
    await engine.close();
  });

  test('do not make the lane spin when nobody here can send for it', async () => {
    const tenant = await createTenant(database.system);
    await createContacts(database.system, tenant.tenantId, { count: 1 });
    await addCampaign(tenant, { startedAt: '2026-01-01' });
    const engine = createSendingEngine(
      { db: database.system, providerFor: () => undefined, compile: compileTemplate, logger: silentLogger },
      { owner: 'test' },
    );
    const { outcome, nextInMs } = await engine.runTurn(tenant.connectionId);
    expect(outcome).toBe('done');
    expect(nextInMs).toBeGreaterThanOrEqual(1_000);
    await engine.close();
  });

  test('are found behind any number that only wait for a decision', async () => {
    const tenant = await createTenant(database.system);
    await createContacts(database.system, tenant.tenantId, { count: 1 });
    await database.system.system(async (tx) => {
      await tx.run(
        `with made as (
           insert into campaigns (tenant_id, name, body, connection_id, audience, status, unknown_policy, started_at, frozen_at)
           select $1, 'Waits', 'Hi', $2, '{"kind":"all"}', 'running', 'ask', '2026-01-01', '2026-01-01'
           from generate_series(1, 100) returning id
         ), counted as (
           insert into campaign_counters (campaign_id, tenant_id, total, unknown) select id, $1, 1, 1 from made
         ), headed as (
           insert into campaign_heads (campaign_id, tenant_id, position) select id, $1, 1 from made
         )
         insert into messages (tenant_id, campaign_id, contact_id, connection_id, position, state, queued)
         select $1, made.id, c.id, $2, 1, 'unknown', false from made, contacts c where c.tenant_id = $1`,
        [tenant.tenantId, tenant.connectionId],
      );
    });
    const newest = await addCampaign(tenant, { startedAt: '2026-01-02' });
    const engine = engineOf(1_000);
    await engine.runTurn(tenant.connectionId);
    expect(await sentOf(newest)).toBe(1);
    await engine.close();
  });
});
