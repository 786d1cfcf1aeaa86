import { useTestDatabase } from '@zaphub/testing';
import { describe, expect, test } from 'vitest';
import type { Claim } from './claim-batch.ts';
import { decideUnknown } from './decide-unknown.ts';
import { expireClaims } from './expire-claims.ts';
import { finishCampaign } from './finish-campaign.ts';
import { endClaim } from './hand-back.ts';
import { type FixtureOptions, type LedgerFixture, ledgerFixture, outcomeFor } from '../ledger-fixture.ts';
import { markSending } from './mark-sending.ts';
import { recordOutcomes } from './record-outcomes.ts';
import { recount } from './recount.ts';
import { skipQueued } from './skip-queued.ts';

const database = useTestDatabase();

/** A campaign whose rows have all been marked. */
async function marked(options: FixtureOptions): Promise<{ ledger: LedgerFixture; claim: Claim }> {
  const ledger = await ledgerFixture(database, options);
  const claim = await ledger.claim();
  if (claim === undefined) throw new Error('nothing was claimed');
  await markSending(ledger.db.statement, { campaignId: ledger.campaignId, ...claim });
  return { ledger, claim };
}

const attempts = (ledger: LedgerFixture): Promise<unknown[]> =>
  ledger.db.system((tx) =>
    tx.rows(
      `select outcome, code, class, effect, provider_code, http_status, detail, trace_id from message_attempts
       where campaign_id = $1 order by id`,
      [ledger.campaignId],
    ),
  );

const sent = { kind: 'sent', providerMessageId: 'x' } as const;
const lost = { kind: 'unknown', code: 'timeout' } as const;

describe('recording', () => {
  test('moves each row by its outcome and the counters with it', async () => {
    const { ledger, claim } = await marked({ recipients: 5 });
    const outcomes = [
      sent,
      sent,
      { kind: 'refused', code: 'blocked' },
      { kind: 'not_sent', code: 'throttled', retryAfterMs: 60_000 },
      lost,
    ] as const;
    const transitions = claim.messages.map((message, i) => outcomeFor(message, outcomes[i] ?? sent));
    expect(await recordOutcomes(ledger.db.statement, ledger.ref(claim), transitions)).toBe(0);
    expect(await ledger.states()).toEqual({ sent: 2, dlq: 1, pending: 1, unknown: 1 });
    expect(await ledger.counters()).toEqual({ sent: 2, dlq: 1, unknown: 1 });
    const [waiting] = await ledger.db.system((tx) =>
      tx.rows(
        `select attempts, requests, retry, due_at > clock_timestamp() + interval '50 s' as later from messages
         where campaign_id = $1 and state = 'pending'`,
        [ledger.campaignId],
      ),
    );
    expect(waiting).toEqual({ attempts: 0, requests: 1, retry: true, later: true });
    expect(await ledger.claim({ kind: 'retry' })).toBeUndefined();
    expect(await ledger.run('select from message_attempts where campaign_id = $1')).toBe(3);
  });

  test('twice changes nothing the second time', async () => {
    const { ledger, claim } = await marked({ recipients: 3 });
    const transitions = claim.messages.map((message) => outcomeFor(message, sent));
    await recordOutcomes(ledger.db.statement, ledger.ref(claim), transitions);
    expect(await recordOutcomes(ledger.db.statement, ledger.ref(claim), transitions)).toBe(3);
    expect(await ledger.counters()).toEqual({ sent: 3 });
    expect(await ledger.run('select from message_attempts where campaign_id = $1')).toBe(0);
  });

  test('under a fence that is not the rows’ own overwrites nothing, and is kept as evidence', async () => {
    const { ledger, claim } = await marked({ recipients: 2 });
    const stale = { ...ledger.ref(claim), fence: claim.fence + 1000 };
    const transitions = claim.messages.map((message) =>
      outcomeFor(message, { kind: 'refused', code: 'blocked' }),
    );
    expect(await recordOutcomes(ledger.db.statement, stale, transitions)).toBe(2);
    expect(await ledger.states()).toEqual({ sending: 2 });
    expect(await ledger.counters()).toEqual({});
    expect(await ledger.run('select from message_attempts where campaign_id = $1')).toBe(2);
  });

  test('late, that a message was sent, settles an unknown outcome and a waiting retry', async () => {
    const { ledger, claim } = await marked({ recipients: 2 });
    const [one, other] = claim.messages;
    if (one === undefined || other === undefined) throw new Error('two rows were expected');
    const rules = { deduplicates: true, unknownPolicy: 'at_most_once' } as const;
    await recordOutcomes(ledger.db.statement, ledger.ref(claim), [
      outcomeFor(one, lost),
      outcomeFor(other, lost, rules),
    ]);
    expect(await ledger.states()).toEqual({ unknown: 1, pending: 1 });
    const transitions = claim.messages.map((message) => outcomeFor(message, sent));
    expect(await recordOutcomes(ledger.db.statement, ledger.ref(claim), transitions)).toBe(2);
    expect(await ledger.states()).toEqual({ sent: 2 });
    expect(await ledger.counters()).toEqual({ sent: 2 });
    expect(await ledger.claim({ kind: 'retry' })).toBeUndefined();
  });

  test('gives up a row whose requests come to nothing again and again', async () => {
    const { ledger, claim } = await marked({ recipients: 1 });
    const [message] = claim.messages;
    if (message === undefined) throw new Error('a row was expected');
    const transition = outcomeFor({ ...message, requests: 19 }, { kind: 'not_sent', code: 'throttled' });
    await recordOutcomes(ledger.db.statement, ledger.ref(claim), [transition]);
    expect(await ledger.states()).toEqual({ dlq: 1 });
    expect(await attempts(ledger)).toMatchObject([
      { outcome: 'not_sent', code: 'throttled', class: 'exhausted' },
    ]);
  });

  test('never gives up a row whose number is held or asked to slow down', async () => {
    const { ledger, claim } = await marked({ recipients: 2 });
    const transitions = claim.messages.map((message, i) =>
      outcomeFor(
        { ...message, requests: 19 },
        { kind: 'not_sent', code: 'x', effect: i === 0 ? 'pause_connection' : 'slow_down' },
      ),
    );
    await recordOutcomes(ledger.db.statement, ledger.ref(claim), transitions);
    expect(await ledger.states()).toEqual({ pending: 2 });
  });

  test('keeps what the network said of a message that ended: class, its own code, status, details, trace', async () => {
    const { ledger, claim } = await marked({ recipients: 1 });
    const error = { code: 131_026, httpStatus: 400, details: 'Message undeliverable', traceId: 'AbC' };
    const outcome = { kind: 'refused', code: 'recipient_unavailable', error } as const;
    const transitions = claim.messages.map((message) => outcomeFor(message, outcome));
    await recordOutcomes(ledger.db.statement, ledger.ref(claim), transitions);
    expect(await attempts(ledger)).toEqual([
      {
        outcome: 'refused',
        code: 'recipient_unavailable',
        class: 'recipient',
        effect: null,
        provider_code: 131_026,
        http_status: 400,
        detail: 'Message undeliverable',
        trace_id: 'AbC',
      },
    ]);
  });

  test('keeps whom a template that nobody can get was meant for', async () => {
    const { ledger, claim } = await marked({ recipients: 1 });
    const outcome = { kind: 'refused', code: 'template_paused', effect: 'pause_campaign' } as const;
    const transitions = claim.messages.map((message) => outcomeFor(message, outcome));
    await recordOutcomes(ledger.db.statement, ledger.ref(claim), transitions);
    expect(await ledger.states()).toEqual({ pending: 1 });
    expect((await ledger.claim({ kind: 'retry' }))?.messages).toMatchObject([{ requests: 1 }]);
    const attempts = await ledger.db.system((tx) =>
      tx.rows('select attempts from messages where campaign_id = $1', [ledger.campaignId]),
    );
    expect(attempts).toEqual([{ attempts: 0 }]);
  });
});

describe('a lease that ended', () => {
  const expire = async (ledger: LedgerFixture, deduplicates: boolean): Promise<number> => {
    await ledger.run(
      `update claims set lease_until = clock_timestamp() - interval '1 ms' where campaign_id = $1`,
    );
    const deduplicating = new Set(deduplicates ? ['simulator'] : []);
    return (await expireClaims(ledger.db, { deduplicating })).claims;
  };

  test('returns claimed rows to the queue', async () => {
    const ledger = await ledgerFixture(database, { recipients: 3 });
    await ledger.claim();
    expect(await expire(ledger, false)).toBe(1);
    expect(await ledger.states()).toEqual({ pending: 3 });
    expect(await ledger.run('select from claims where campaign_id = $1')).toBe(0);
  });

  test('that still runs is left alone', async () => {
    const ledger = await ledgerFixture(database, { recipients: 3 });
    await ledger.claim();
    expect((await expireClaims(ledger.db, { deduplicating: new Set() })).claims).toBe(0);
    expect(await ledger.states()).toEqual({ claimed: 3 });
  });

  test.each([
    ['at_most_once', false, { unknown: 2 }, true],
    ['at_least_once', false, { pending: 2 }, false],
    ['ask', false, { unknown: 2 }, false],
    ['at_most_once', true, { pending: 2 }, false],
  ] as const)(
    'leaves sending rows unknown: policy %s, deduplicating %s',
    async (unknownPolicy, deduplicates, states, isDecided) => {
      const { ledger } = await marked({ recipients: 2, unknownPolicy });
      await expire(ledger, deduplicates);
      expect(await ledger.states()).toEqual(states);
      expect(await ledger.run('select from messages where campaign_id = $1 and decided_at is not null')).toBe(
        isDecided ? 2 : 0,
      );
    },
  );

  test('is not sent a third time at least once', async () => {
    const { ledger } = await marked({ recipients: 1, unknownPolicy: 'at_least_once' });
    await expire(ledger, false);
    const again = await ledger.claim({ kind: 'retry' });
    if (again === undefined) throw new Error('nothing to retry');
    await markSending(ledger.db.statement, { campaignId: ledger.campaignId, ...again });
    await expire(ledger, false);
    expect(await ledger.states()).toEqual({ unknown: 1 });
  });
});

describe('a decision about unknown outcomes', () => {
  test('sends them again and flags them, or leaves them', async () => {
    const { ledger, claim } = await marked({ recipients: 4, unknownPolicy: 'ask' });
    const rules = { deduplicates: false, unknownPolicy: 'ask' } as const;
    const transitions = claim.messages.map((message, i) => outcomeFor(message, i < 2 ? lost : sent, rules));
    await recordOutcomes(ledger.db.statement, ledger.ref(claim), transitions);
    await endClaim(ledger.db.statement, claim.fence);
    expect(await finishCampaign(ledger.db.statement, ledger.campaignId)).toBe(false);
    expect(await decideUnknown(ledger.db.statement, ledger.campaignId, 'resend')).toBe(2);
    expect(await ledger.counters()).toEqual({ sent: 2 });
    expect((await ledger.claim({ kind: 'retry' }))?.messages.map((m) => m.lostOutcomes)).toEqual([1, 1]);
  });

  test('to leave them lets the campaign end', async () => {
    const { ledger, claim } = await marked({ recipients: 2, unknownPolicy: 'ask' });
    const rules = { deduplicates: false, unknownPolicy: 'ask' } as const;
    const transitions = claim.messages.map((message) => outcomeFor(message, lost, rules));
    await recordOutcomes(ledger.db.statement, ledger.ref(claim), transitions);
    await endClaim(ledger.db.statement, claim.fence);
    expect(await finishCampaign(ledger.db.statement, ledger.campaignId)).toBe(false);
    expect(await decideUnknown(ledger.db.statement, ledger.campaignId, 'leave')).toBe(2);
    expect(await finishCampaign(ledger.db.statement, ledger.campaignId)).toBe(true);
  });
});

describe('a cancelled campaign', () => {
  test('skips who is waiting, fresh and for a retry, chunk by chunk, and nobody who is on the way', async () => {
    const ledger = await ledgerFixture(database, { recipients: 20 });
    const [first, second] = [await ledger.claim({ limit: 4 }), await ledger.claim({ limit: 4 })];
    if (first === undefined || second === undefined) throw new Error('two claims were expected');
    await markSending(ledger.db.statement, { campaignId: ledger.campaignId, ...first });
    const transitions = first.messages.map((message) => outcomeFor(message, { kind: 'not_sent', code: 'x' }));
    await recordOutcomes(ledger.db.statement, ledger.ref(first), transitions);
    await ledger.run(`update campaigns set status = 'cancelled' where id = $1`);
    let skipped = 0;
    for (let n = 1; n > 0;) skipped += n = await skipQueued(ledger.db.statement, ledger.campaignId, 5);
    expect(skipped).toBe(16);
    expect(await ledger.states()).toEqual({ claimed: 4, skipped: 16 });
    expect(await ledger.counters()).toEqual({ skipped: 16 });
  });

  test('is the only kind whose rows are skipped', async () => {
    const ledger = await ledgerFixture(database, { recipients: 3 });
    expect(await skipQueued(ledger.db.statement, ledger.campaignId)).toBe(0);
    expect(await ledger.states()).toEqual({ pending: 3 });
  });
});

describe('finishing', () => {
  test('waits for the last row and the last claim, and happens once', async () => {
    const { ledger, claim } = await marked({ recipients: 1 });
    const { campaignId } = ledger;
    expect(await finishCampaign(ledger.db.statement, campaignId)).toBe(false);
    const transitions = claim.messages.map((message) => outcomeFor(message, sent));
    await recordOutcomes(ledger.db.statement, ledger.ref(claim), transitions);
    expect(await finishCampaign(ledger.db.statement, campaignId)).toBe(false);
    await endClaim(ledger.db.statement, claim.fence);
    expect(await finishCampaign(ledger.db.statement, campaignId)).toBe(true);
    expect(await finishCampaign(ledger.db.statement, campaignId)).toBe(false);
  });
});

describe('counting again', () => {
  test('sets counters right that had drifted, and says so', async () => {
    const { ledger, claim } = await marked({ recipients: 3 });
    const transitions = claim.messages.map((message) => outcomeFor(message, sent));
    await recordOutcomes(ledger.db.statement, ledger.ref(claim), transitions);
    expect(await ledger.db.system((tx) => recount(tx, ledger.campaignId))).toBe(false);
    await ledger.run('update campaign_counters set sent = 7 where campaign_id = $1');
    expect(await ledger.db.system((tx) => recount(tx, ledger.campaignId))).toBe(true);
    expect(await ledger.counters()).toEqual({ sent: 3 });
  });
});
