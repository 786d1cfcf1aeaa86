import { setTimeout as pause } from 'node:timers/promises';
import { createContacts, createTenant, useTestDatabase } from '@zaphub/testing';
import { describe, expect, test } from 'vitest';
import { claimBatch } from './claim-batch.ts';
import { decideUnknown } from './decide-unknown.ts';
import { finishCampaign } from './finish-campaign.ts';
import { handBack } from './hand-back.ts';
import { markSending } from './mark-sending.ts';

describe('statements that meet', () => {
  const database = useTestDatabase();

  /** A running campaign to `count` contacts. */
  async function runningCampaign(count: number): Promise<{ campaignId: string; connectionId: string }> {
    const { tenantId, connectionId } = await createTenant(database.system);
    const contacts = await createContacts(database.system, tenantId, { count });
    return database.system.system(async (tx) => {
      const { id } = await tx.one<{ id: string }>(
        `insert into campaigns (tenant_id, name, body, connection_id, audience, status, started_at, frozen_at)
         values ($1, 'June', 'Hi', $2, '{"kind":"all"}', 'running', now(), now()) returning id`,
        [tenantId, connectionId],
      );
      await tx.run('insert into campaign_counters (campaign_id, tenant_id, total) values ($1, $2, $3)', [
        id,
        tenantId,
        count,
      ]);
      await tx.run(
        `insert into messages (tenant_id, campaign_id, contact_id, connection_id, position, recipient)
         select $1, $2, c, $3, n, '+5511900000000' from unnest($4::uuid[]) with ordinality as u (c, n)`,
        [tenantId, id, connectionId, contacts],
      );
      return { campaignId: id, connectionId };
    });
  }

  async function untilSomebodyWaits(): Promise<void> {
    for (let tries = 0; tries < 400; tries++) {
      const { n } = await database.system.system((tx) =>
        tx.one<{ n: number }>(`select count(*) as n from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock'`),
      );
      if (n > 0) return;
      await pause(10);
    }
    throw new Error('nobody waits');
  }

  test('a campaign whose lost outcomes are being sent again does not complete meanwhile', async () => {
    const { campaignId } = await runningCampaign(2);
    await database.system.system(async (tx) => {
      await tx.run(
        `update messages set state = 'unknown', queued = false, decided_at = now() where campaign_id = $1`,
        [campaignId],
      );
      await tx.run('update campaign_counters set unknown = 2 where campaign_id = $1', [campaignId]);
    });
    const decided = Promise.withResolvers<void>();
    const mayCommit = Promise.withResolvers<void>();
    const deciding = database.system.system(async (tx) => {
      await tx.rows('select from campaigns where id = $1 for no key update', [campaignId]);
      await decideUnknown(tx.prepared, campaignId, 'resend');
      decided.resolve();
      await mayCommit.promise;
    });
    await decided.promise;
    const finishing = finishCampaign(database.system.statement, campaignId);
    await untilSomebodyWaits();
    mayCommit.resolve();
    await deciding;
    expect(await finishing).toBe(false);
    const { status } = await database.system.system((tx) =>
      tx.one<{ status: string }>('select status from campaigns where id = $1', [campaignId]),
    );
    expect(status).toBe('running');
  });

  test('a claim that is handed back while its mark commits stays for the reconciler to find', async () => {
    const { campaignId, connectionId } = await runningCampaign(3);
    const claim = await claimBatch(database.system.statement, {
      connectionId,
      campaignId,
      owner: 'test',
      leaseMs: 30_000,
      limit: 3,
      needsAttributes: false,
      kind: 'fresh',
    });
    const { fence, messages } = claim ?? { fence: 0, messages: [] };
    const marked = Promise.withResolvers<void>();
    const mayCommit = Promise.withResolvers<void>();
    const marking = database.system.system(async (tx) => {
      await markSending(tx.prepared, { campaignId, fence, messages: messages.slice(0, 2) });
      marked.resolve();
      await mayCommit.promise;
    });
    await marked.promise;
    const handing = handBack(database.system.statement, fence);
    await untilSomebodyWaits();
    mayCommit.resolve();
    await marking;
    expect(await handing).toBe(1);
    const rows = await database.system.system((tx) =>
      tx.rows<{ state: string; held: boolean }>(
        `select m.state::text, exists (select from claims c where c.id = m.fence) as held
         from messages m where campaign_id = $1 order by position`,
        [campaignId],
      ),
    );
    expect(rows).toEqual([
      { state: 'sending', held: true },
      { state: 'sending', held: true },
      { state: 'pending', held: true },
    ]);
  });
});
