import { createDatabase } from '@zaphub/db';
import { useTestDatabase } from '@zaphub/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { handBack } from './hand-back.ts';
import { ledgerFixture } from '../ledger-fixture.ts';
import { markSending } from './mark-sending.ts';

const database = useTestDatabase();

describe('a claim', () => {
  test('takes recipients in their order, and each only once', async () => {
    const ledger = await ledgerFixture(database, { recipients: 25 });
    const first = await ledger.claim({ limit: 10 });
    const rest = [await ledger.claim({ limit: 10 }), await ledger.claim({ limit: 10 })];
    expect(first?.messages.map((message) => message.name)).toEqual(
      Array.from({ length: 10 }, (_, i) => `Contact ${i + 1}`),
    );
    expect(rest.map((claim) => claim?.messages.length)).toEqual([10, 5]);
    expect(await ledger.claim()).toBeUndefined();
    expect(await ledger.states()).toEqual({ claimed: 25 });
  });

  test('racing with others shares no row with them', async () => {
    const ledger = await ledgerFixture(database, { recipients: 200 });
    const claims = await Promise.all(Array.from({ length: 8 }, () => ledger.claim({ limit: 30 })));
    const ids = claims.flatMap((claim) => claim?.messages.map((message) => message.id) ?? []);
    expect(ids).toHaveLength(200);
    expect(new Set(ids).size).toBe(200);
    expect(new Set(claims.flatMap((claim) => claim?.fence ?? [])).size).toBe(7);
  });

  test('skips who opted out, was deleted or has no number, counts them, and leaves the rest', async () => {
    const ledger = await ledgerFixture(database, { recipients: 6 });
    const [a, b, c] = ledger.contactIds;
    await ledger.run('update contacts set opted_out_at = now() where id = $1', [a]);
    await ledger.run('delete from contacts where id = $1', [b]);
    await ledger.run('update messages set recipient = null where contact_id = $1', [c]);
    const claim = await ledger.claim();
    expect(claim?.messages).toHaveLength(3);
    expect(await ledger.states()).toEqual({ claimed: 3, skipped: 3 });
    expect(await ledger.counters()).toEqual({ skipped: 3 });
  });

  test('of rows that are all skipped is empty, not nothing', async () => {
    const ledger = await ledgerFixture(database, { recipients: 4 });
    await ledger.run('update contacts set opted_out_at = now() where tenant_id = $1', [ledger.tenantId]);
    expect(await ledger.claim({ limit: 2 })).toMatchObject({ messages: [] });
    expect(await ledger.claim({ limit: 2 })).toMatchObject({ messages: [] });
    expect(await ledger.claim()).toBeUndefined();
  });

  test.each(['paused', 'cancelled', 'completed'])('of a %s campaign takes nothing', async (status) => {
    const ledger = await ledgerFixture(database, { recipients: 3 });
    await ledger.run(`update campaigns set status = $2 where id = $1`, [ledger.campaignId, status]);
    expect(await ledger.claim()).toBeUndefined();
    expect(await ledger.claim({ kind: 'retry' })).toBeUndefined();
  });

  test('never calls a row skipped that may have left already', async () => {
    const ledger = await ledgerFixture(database, { recipients: 1 });
    await ledger.run('update messages set lost_outcomes = 1 where campaign_id = $1');
    await ledger.run('update contacts set opted_out_at = now() where tenant_id = $1', [ledger.tenantId]);
    await ledger.claim();
    expect(await ledger.states()).toEqual({ unknown: 1 });
    expect(await ledger.counters()).toEqual({ unknown: 1 });
  });
});

test('a fence is never given out again, even when a crash of the server has forgotten that it was', async () => {
  const ledger = await ledgerFixture(database, { recipients: 3 });
  const owner = createDatabase({ connectionString: database.urls.owner, maxConnections: 1 });
  onTestFinished(() => owner.close());
  const fences = [];
  for (let nth = 0; nth < 3; nth++) {
    fences.push((await ledger.claim({ limit: 1 }))?.fence);
    // What claims committed last was not on the disk yet: their numbers are counted from the beginning again.
    await owner.statement('restart', 'alter sequence claims_id_seq restart', []);
    await ledger.run('delete from claims where campaign_id = $1');
  }
  expect(new Set(fences).size).toBe(3);
  expect(fences.toSorted((a = 0, b = 0) => a - b)).toEqual(fences);
  for (const fence of fences) expect(Number.isSafeInteger(fence)).toBe(true);
});

describe('a mark', () => {
  const mark = async (recipients: number, before: (ledger: Fixture, fence: number) => Promise<unknown>) => {
    const ledger = await ledgerFixture(database, { recipients });
    const claim = await ledger.claim();
    if (claim === undefined) throw new Error('nothing was claimed');
    await before(ledger, claim.fence);
    const { campaignId } = ledger;
    const marked = await markSending(ledger.db.statement, { campaignId, ...claim });
    return { ledger, claim, marked };
  };

  test('moves claimed rows to sending and counts the request', async () => {
    const { ledger, marked } = await mark(3, () => Promise.resolve());
    expect(marked).toMatchObject({ status: 'running', isLeased: true });
    expect(marked.ids.size).toBe(3);
    const rows = await ledger.db.system((tx) =>
      tx.rows('select attempts, requests, queued from messages where campaign_id = $1', [ledger.campaignId]),
    );
    expect(rows).toEqual(Array.from({ length: 3 }, () => ({ attempts: 1, requests: 1, queued: false })));
  });

  test('does nothing once the lease has ended', async () => {
    const { ledger, marked } = await mark(3, (ledger, fence) =>
      ledger.run(`update claims set lease_until = clock_timestamp() - interval '1 ms' where id = $1`, [
        fence,
      ]),
    );
    expect(marked).toMatchObject({ isLeased: false });
    expect(marked.ids.size).toBe(0);
    expect(await ledger.states()).toEqual({ claimed: 3 });
  });

  test('does nothing for rows that carry another fence', async () => {
    const { ledger, marked } = await mark(3, (ledger) =>
      ledger.run('update messages set fence = fence + 1000 where campaign_id = $1 and position > 1'),
    );
    expect(marked.ids.size).toBe(1);
    expect(await ledger.states()).toEqual({ claimed: 2, sending: 1 });
  });

  test.each(['paused', 'cancelled'])('does nothing in a %s campaign', async (status) => {
    const { marked, ledger } = await mark(2, (ledger) =>
      ledger.run('update campaigns set status = $2 where id = $1', [ledger.campaignId, status]),
    );
    expect(marked).toMatchObject({ status });
    expect(marked.ids.size).toBe(0);
    expect(await ledger.states()).toEqual({ claimed: 2 });
  });

  test('waits for a pause that is being committed, and then does nothing', async () => {
    const ledger = await ledgerFixture(database, { recipients: 2 });
    const claim = await ledger.claim();
    if (claim === undefined) throw new Error('nothing was claimed');
    const { campaignId } = ledger;
    let marking: ReturnType<typeof markSending> | undefined;
    await ledger.db.system(async (tx) => {
      await tx.run(`update campaigns set status = 'paused' where id = $1`, [campaignId]);
      marking = markSending(ledger.db.statement, { campaignId, ...claim });
      // The mark is waiting for this transaction when it shows up among the lock waits.
      await expect
        .poll(() =>
          database.api.system((other) =>
            other.rows(`select 1 from pg_locks where not granted and pid <> pg_backend_pid() limit 1`),
          ),
        )
        .toHaveLength(1);
    });
    expect((await marking)?.ids.size).toBe(0);
  });

  test('skips who opted out since the claim, and counts them', async () => {
    const { ledger, marked } = await mark(3, (ledger) =>
      ledger.run('update contacts set opted_out_at = now() where id = $1', [ledger.contactIds[0]]),
    );
    expect(marked.ids.size).toBe(2);
    expect(await ledger.states()).toEqual({ sending: 2, skipped: 1 });
    expect(await ledger.counters()).toEqual({ skipped: 1 });
  });
});

describe('handing back', () => {
  test('returns what was not marked, once, and those rows are claimed again as retries', async () => {
    const ledger = await ledgerFixture(database, { recipients: 5 });
    const claim = await ledger.claim();
    if (claim === undefined) throw new Error('nothing was claimed');
    expect(await handBack(ledger.db.statement, claim.fence)).toBe(5);
    expect(await handBack(ledger.db.statement, claim.fence)).toBe(0);
    expect(await ledger.states()).toEqual({ pending: 5 });
    expect(await ledger.claim()).toBeUndefined();
    expect((await ledger.claim({ kind: 'retry' }))?.messages).toHaveLength(5);
  });

  test('keeps the claim while a row of it is sending, so that the reconciler finds it', async () => {
    const ledger = await ledgerFixture(database, { recipients: 5 });
    const claim = await ledger.claim();
    if (claim === undefined) throw new Error('nothing was claimed');
    const { campaignId } = ledger;
    await markSending(ledger.db.statement, {
      campaignId,
      fence: claim.fence,
      messages: claim.messages.slice(0, 2),
    });
    expect(await handBack(ledger.db.statement, claim.fence)).toBe(3);
    expect(await ledger.run('select from claims where campaign_id = $1')).toBe(1);
  });

  test('in a cancelled campaign skips instead', async () => {
    const ledger = await ledgerFixture(database, { recipients: 2 });
    const claim = await ledger.claim();
    await ledger.run(`update campaigns set status = 'cancelled' where id = $1`);
    await handBack(ledger.db.statement, claim?.fence ?? 0);
    expect(await ledger.states()).toEqual({ skipped: 2 });
    expect(await ledger.counters()).toEqual({ skipped: 2 });
  });
});

type Fixture = Awaited<ReturnType<typeof ledgerFixture>>;
