import { useTestDatabase } from '@zaphub/testing';
import { toPublicId, type WebhookEventType } from '@zaphub/types';
import { beforeEach, describe, expect, test } from 'vitest';
import { type LedgerFixture, ledgerFixture } from '../../ledger-fixture.ts';
import { systemScope } from '@zaphub/db';
import { silentLogger } from '@zaphub/telemetry';
import { gatherFacts, mostSubjects } from './gather-facts.ts';
import { makeEvents } from './make-events.ts';
import { startEventMaker } from './start-event-maker.ts';

const database = useTestDatabase();
let ledger: LedgerFixture;
beforeEach(async () => {
  ledger = await ledgerFixture(database, { recipients: 250 });
});

const rows = <R>(text: string, values: readonly unknown[] = []): Promise<R[]> =>
  database.system.system((tx) => tx.rows<R>(text, values));
const subscribe = (...types: readonly WebhookEventType[]): Promise<unknown> =>
  rows(`insert into webhook_endpoints (tenant_id, url, types) values ($1, 'https://example.com', $2)`, [
    ledger.tenantId,
    types,
  ]);
const facts = (): Promise<{ type: string; count: number }[]> =>
  rows(`select type, cardinality(subject_ids) as count from webhook_facts where tenant_id = $1 order by id`, [
    ledger.tenantId,
  ]);
const makeAll = (): Promise<number> => {
  const scope = systemScope(ledger.tenantId);
  return database.system.tenant(scope, (tx) => makeEvents(tx, scope));
};
const bodies = async (): Promise<{ type: string; data: Record<string, unknown> }[]> =>
  (
    await rows<{ body: string }>('select body from webhook_events where tenant_id = $1 order by id', [
      ledger.tenantId,
    ])
  ).map(({ body }) => JSON.parse(body));

describe('what somebody decides or a network says', () => {
  test('a campaign’s states are told, and those of the hidden campaign are not', async () => {
    await subscribe('campaign.started', 'campaign.paused', 'campaign.completed');
    const set = (status: string): Promise<unknown> =>
      rows('update campaigns set status = $2 where id = $1', [ledger.campaignId, status]);
    for (const status of ['paused', 'running', 'completed', 'cancelled', 'draft', 'preparing', 'running']) {
      await set(status);
    }
    expect((await facts()).map(({ type }) => type)).toEqual([
      'campaign.paused',
      'campaign.completed',
      'campaign.started',
    ]);
    await makeAll();
    expect((await bodies())[0]).toMatchObject({
      type: 'campaign.paused',
      data: { id: toPublicId('campaign', ledger.campaignId), status: 'paused', previous_status: 'running' },
    });
    await rows(`update campaigns set kind = 'direct' where id = $1`, [ledger.campaignId]);
    await set('paused');
    expect(await facts()).toEqual([]);
  });

  test('whoever opts out is told of once, many in one event', async () => {
    await subscribe('contact.opted_out');
    await rows(`update contacts set opted_out_at = now(), opt_out_source = 'keyword' where tenant_id = $1`, [
      ledger.tenantId,
    ]);
    await rows('update contacts set opted_out_at = now() where tenant_id = $1', [ledger.tenantId]);
    while ((await makeAll()) > 0);
    const all = (await bodies()).map(({ data }) => data['contacts'] as { source: string }[]);
    expect(all.every((part) => part.length <= mostSubjects)).toBe(true);
    expect(all.flat()).toHaveLength(250);
    expect(all[0]?.[0]).toMatchObject({ source: 'keyword' });
  });

  test('a rolled back transaction tells nothing', async () => {
    await subscribe('campaign.paused');
    await expect(
      database.system.system(async (tx) => {
        await tx.run(`update campaigns set status = 'paused' where id = $1`, [ledger.campaignId]);
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(await facts()).toEqual([]);
  });
});

describe('events', () => {
  test('gather messages of one kind and campaign, a hundred at most, and keep what came apart', () => {
    const fact = (type: string, campaign: string | null, ids: readonly string[]) => ({
      type,
      connection_id: 'c',
      campaign_id: campaign,
      subject_ids: ids,
      details: {},
      happened_at: new Date(0),
    });
    const many = Array.from({ length: 150 }, (_, n) => `m${n}`);
    const made = gatherFacts([
      fact('message.sent', 'a', many),
      fact('message.sent', 'b', ['x']),
      fact('message.sent', 'a', ['m1', 'y']),
      fact('message.received', null, ['r1', 'r2']),
      fact('campaign.paused', 'a', ['a']),
      fact('campaign.paused', 'a', ['a']),
    ]);
    expect(made.map(({ type, campaignId, subjectIds }) => [type, campaignId, subjectIds.length])).toEqual([
      ['message.sent', 'a', 100],
      ['message.sent', 'a', 51],
      ['message.sent', 'b', 1],
      ['message.received', null, 1],
      ['message.received', null, 1],
      ['campaign.paused', 'a', 1],
      ['campaign.paused', 'a', 1],
    ]);
  });

  test('are made by themselves, also of what nobody rang for', async () => {
    await subscribe('message.sent', 'campaign.paused');
    const maker = await startEventMaker({ db: database.system, logger: silentLogger }, { everyMs: 20 });
    try {
      await rows(`update campaigns set status = 'paused' where id = $1`, [ledger.campaignId]);
      await rows(
        `insert into webhook_facts (tenant_id, type, connection_id, campaign_id, subject_ids)
         select $1, 'message.sent', $2, $3, array_agg(id) from messages where campaign_id = $3`,
        [ledger.tenantId, ledger.connectionId, ledger.campaignId],
      );
      await expect
        .poll(async () => (await bodies()).map(({ type }) => type).toSorted())
        .toEqual(['campaign.paused', 'message.sent', 'message.sent', 'message.sent']);
    } finally {
      await maker.close();
    }
    const deliveries = await rows('select from webhook_deliveries where tenant_id = $1', [ledger.tenantId]);
    expect(deliveries).toHaveLength(4);
  });
});
