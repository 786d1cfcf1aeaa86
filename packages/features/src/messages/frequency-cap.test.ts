import { useTestDatabase } from '@zaphub/testing';
import { describe, expect, test } from 'vitest';
import { type LedgerFixture, ledgerFixture } from '../ledger-fixture.ts';
import type { Claim } from './claim-batch.ts';
import { endClaim, handBack } from './hand-back.ts';
import { markSending } from './mark-sending.ts';

const database = useTestDatabase();

/** Another running campaign to the same contacts. */
async function anotherCampaign(ledger: LedgerFixture): Promise<string> {
  return ledger.db.system(async (tx) => {
    const { id } = await tx.one<{ id: string }>(
      `insert into campaigns (tenant_id, name, body, connection_id, audience, status, frozen_at, started_at)
       values ($1, 'Other', 'Hi', $2, '{"kind":"all"}', 'running', now(), now()) returning id`,
      [ledger.tenantId, ledger.connectionId],
    );
    await tx.run(
      `insert into messages (tenant_id, campaign_id, contact_id, connection_id, position, recipient)
       select $1, $2, contact_id, connection_id, position, recipient from messages where campaign_id = $3`,
      [ledger.tenantId, id, ledger.campaignId],
    );
    await tx.run('insert into campaign_counters (campaign_id, tenant_id, total) values ($1, $2, $3)', [
      id,
      ledger.tenantId,
      ledger.contactIds.length,
    ]);
    return id;
  });
}

async function capped(recipients: number, settings = 'frequency_cap = 1'): Promise<LedgerFixture> {
  const ledger = await ledgerFixture(database, { recipients });
  await ledger.run(`update tenants set ${settings} where id = $1`, [ledger.tenantId]);
  return ledger;
}

const rule = { hasFrequencyCap: true } as const;
const mark = (ledger: LedgerFixture, claim: Claim | undefined, campaignId = ledger.campaignId) =>
  markSending(ledger.db.statement, {
    campaignId,
    fence: claim?.fence ?? 0,
    messages: claim?.messages ?? [],
    ...rule,
  });

const statesOf = (ledger: LedgerFixture, campaignId: string) =>
  ledger.db.system((tx) =>
    tx.rows<{ state: string; reason: string | null; n: number }>(
      `select state::text, reason, count(*) as n from messages where campaign_id = $1 group by 1, 2 order by 1, 2`,
      [campaignId],
    ),
  );

describe('the cap of a contact over all campaigns', () => {
  test('leaves out at the claim whoever had their share, with its reason, and counts them', async () => {
    const ledger = await capped(4);
    const other = await anotherCampaign(ledger);
    const first = await ledger.claim({ ...rule, limit: 3 });
    expect((await mark(ledger, first)).ids.size).toBe(3);
    const second = await ledger.claim({ ...rule, campaignId: other });
    expect(second?.messages).toHaveLength(1);
    expect(await statesOf(ledger, other)).toEqual([
      { state: 'claimed', reason: null, n: 1 },
      { state: 'skipped', reason: 'frequency_cap', n: 3 },
    ]);
  });

  test('is kept by two campaigns that mark the same contacts at the same moment', async () => {
    const ledger = await capped(30, 'frequency_cap = 2');
    const campaigns = [ledger.campaignId];
    for (let i = 0; i < 3; i++) campaigns.push(await anotherCampaign(ledger));
    const claims = await Promise.all(campaigns.map((campaignId) => ledger.claim({ ...rule, campaignId })));
    expect(claims.map((claim) => claim?.messages.length)).toEqual([30, 30, 30, 30]);
    const marks = await Promise.all(campaigns.map((id, i) => mark(ledger, claims[i], id)));
    expect(marks.reduce((sum, each) => sum + each.ids.size, 0)).toBe(60);
    expect(
      await ledger.run(
        `select contact_id from messages where tenant_id = $1 and state = 'sending' group by 1 having count(*) <> 2`,
        [ledger.tenantId],
      ),
    ).toBe(0);
    // What was not counted goes back, and the next claim says why.
    for (const claim of claims) await handBack(ledger.db.statement, claim?.fence ?? 0);
    for (const campaignId of campaigns) {
      const again = await ledger.claim({ ...rule, campaignId, kind: 'retry' });
      expect(again?.messages ?? []).toEqual([]);
    }
    expect(
      await ledger.run(`select from messages where tenant_id = $1 and reason = 'frequency_cap'`, [
        ledger.tenantId,
      ]),
    ).toBe(60);
  });

  test('counts a message once, however often it is asked for', async () => {
    const ledger = await capped(1);
    const claim = await ledger.claim(rule);
    await mark(ledger, claim);
    await ledger.run(
      `update messages set state = 'pending', queued = true, retry = true, attempts = 0 where campaign_id = $1`,
    );
    await endClaim(ledger.db.statement, claim?.fence ?? 0);
    const again = await ledger.claim({ ...rule, kind: 'retry' });
    expect((await mark(ledger, again)).ids.size).toBe(1);
    expect(
      await ledger.run('select from contact_sends where tenant_id = $1 and sent = 1', [ledger.tenantId]),
    ).toBe(1);
  });

  test('lets who is over it wait until a day falls out of the window, when the tenant says so', async () => {
    const ledger = await capped(
      1,
      `frequency_cap = 1, frequency_days = 3, frequency_policy = 'wait', timezone = 'UTC'`,
    );
    await ledger.run(
      `insert into contact_sends (tenant_id, contact_id, day) values ($1, $2, (clock_timestamp() at time zone 'UTC')::date - 1)`,
      [ledger.tenantId, ledger.contactIds[0]],
    );
    expect((await ledger.claim(rule))?.messages).toEqual([]);
    const { days } = await ledger.db.system((tx) =>
      tx.one<{ days: number }>(
        `select (due_at at time zone 'UTC')::date - (clock_timestamp() at time zone 'UTC')::date as days
         from messages where campaign_id = $1 and state = 'pending' and retry and queued`,
        [ledger.campaignId],
      ),
    );
    expect(days).toBe(2);
    expect(await ledger.counters()).toEqual({});
    // The day has come.
    await ledger.run('update messages set due_at = now() where campaign_id = $1');
    await ledger.run('update contact_sends set day = day - 2 where tenant_id = $1', [ledger.tenantId]);
    const claim = await ledger.claim({ ...rule, kind: 'retry' });
    expect((await mark(ledger, claim)).ids.size).toBe(1);
  });

  test('counts nobody in a campaign that is paused or on a number that is held', async () => {
    const ledger = await capped(3);
    const claim = await ledger.claim(rule);
    await ledger.run(`update connections set hold_cause = 'user' where id = $1`, [ledger.connectionId]);
    expect(await mark(ledger, claim)).toMatchObject({ canSend: false, isLeased: true });
    await ledger.run(`update connections set hold_cause = null where id = $1`, [ledger.connectionId]);
    await ledger.run(`update campaigns set status = 'paused' where id = $1`);
    expect((await mark(ledger, claim)).ids.size).toBe(0);
    expect(await ledger.run('select from contact_sends where tenant_id = $1', [ledger.tenantId])).toBe(0);
    expect(await ledger.states()).toEqual({ claimed: 3 });
  });
});

describe('the cap of somebody who was two contacts', () => {
  const merge = (ledger: LedgerFixture) =>
    ledger.run('update contacts set merged_into = $2 where id = $1', ledger.contactIds.toReversed());

  test('counts what both have had, at the claim and at the mark', async () => {
    const ledger = await capped(2, 'frequency_cap = 2');
    // Each had one before they turned out to be one person.
    const first = await ledger.claim(rule);
    expect((await mark(ledger, first)).ids.size).toBe(2);
    const claimedBefore = await anotherCampaign(ledger);
    const second = await ledger.claim({ ...rule, campaignId: claimedBefore });
    expect(second?.messages).toHaveLength(2);
    await merge(ledger);
    expect((await mark(ledger, second, claimedBefore)).ids.size).toBe(0);
    const third = await anotherCampaign(ledger);
    expect((await ledger.claim({ ...rule, campaignId: third }))?.messages).toEqual([]);
    expect(await statesOf(ledger, third)).toEqual([{ state: 'skipped', reason: 'frequency_cap', n: 2 }]);
  });

  test('is kept by two campaigns that mark one contact each at the same moment', async () => {
    const ledger = await capped(2);
    const other = await anotherCampaign(ledger);
    await merge(ledger);
    const claims = [await ledger.claim(rule), await ledger.claim({ ...rule, campaignId: other })];
    const only = (claim: Claim | undefined, contactId: string | undefined): Claim | undefined =>
      claim && { ...claim, messages: claim.messages.filter((each) => each.contactId === contactId) };
    const [root, part] = ledger.contactIds;
    const marks = await Promise.all([
      mark(ledger, only(claims[0], root)),
      mark(ledger, only(claims[1], part), other),
    ]);
    expect(marks.reduce((sum, each) => sum + each.ids.size, 0)).toBe(1);
    expect(
      await ledger.db.system((tx) =>
        tx.rows('select contact_id, sent from contact_sends where tenant_id = $1', [ledger.tenantId]),
      ),
    ).toEqual([{ contact_id: root, sent: 1 }]);
  });
});
