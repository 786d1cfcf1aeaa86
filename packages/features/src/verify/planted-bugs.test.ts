import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createSimulator, type Provider } from '@zaphub/providers';
import { createTenant, useTestDatabase } from '@zaphub/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  applyReceipts,
  type Claim,
  type ClaimedMessage,
  endClaim,
  expireClaims,
  markSending,
  recordOutcomes,
  type RunStatement,
  transitionOf,
} from '../messages/index.ts';
import { type LedgerFixture, ledgerFixture, temporaryFolder } from '../ledger-fixture.ts';
import type { InvariantName, InvariantResult, Violation } from './invariants.ts';
import { verifyLedger } from './verify-ledger.ts';

const database = useTestDatabase();
const rules = { deduplicates: false, unknownPolicy: 'at_most_once' } as const;

/** A sender made of the real statements, in which single steps can be broken. */
interface Sender {
  readonly ledger: LedgerFixture;
  readonly journalDir: string;
  claim(kind?: 'fresh' | 'retry'): Promise<Claim>;
  mark(claim: Claim, run?: RunStatement): ReturnType<typeof markSending>;
  send(messages: readonly ClaimedMessage[]): Promise<void>;
  /** Answers how many rows were late. */
  record(claim: Claim, run?: RunStatement): Promise<number>;
  endLeases(): Promise<void>;
  /** Names of the invariants that are violated. */
  violated(): Promise<InvariantName[]>;
  /** The same in full: what should be clean and is not says what is wrong. */
  violations(): Promise<(Violation & { name: InvariantName })[]>;
}

async function sender(recipients = 5): Promise<Sender> {
  const ledger = await ledgerFixture(database, { recipients });
  const { dir, remove } = await temporaryFolder();
  const network: Provider = createSimulator({ journalDir: dir, deduplicates: false, receipts: false });
  onTestFinished(async () => {
    await network.close();
    await remove();
    await ledger.run('delete from messages where campaign_id = $1');
    await ledger.run('delete from claims where campaign_id = $1');
    await ledger.run('delete from message_attempts where campaign_id = $1');
    await ledger.run('delete from campaigns where id = $1');
  });
  const { db, campaignId, connectionId } = ledger;
  const found = async (): Promise<InvariantResult[]> => {
    const report = await verifyLedger(db, { journalDir: dir, campaignId });
    return report.invariants.filter((invariant) => !invariant.isKept);
  };
  return {
    ledger,
    journalDir: dir,
    async claim(kind = 'fresh') {
      const claim = await ledger.claim({ kind });
      if (claim === undefined) throw new Error('nothing was claimed');
      return claim;
    },
    async mark(claim, run = db.statement) {
      return markSending(run, { campaignId, ...claim });
    },
    async send(messages) {
      for (const message of messages) {
        const outcome = await network.send(
          {
            messageId: message.id,
            to: message.recipient,
            text: 'Hello',
            sender: connectionId,
            reference: campaignId,
            attempt: message.requests + 1,
          },
          { signal: new AbortController().signal, notAfterMs: Infinity },
        );
        expect(outcome).toMatchObject({ kind: 'sent' });
      }
    },
    async record(claim, run = db.statement) {
      const sent = { kind: 'sent', providerMessageId: 'x' } as const;
      const transitions = claim.messages.map((message) => transitionOf(message, sent, rules));
      const late = await recordOutcomes(run, ledger.ref(claim), transitions);
      await endClaim(db.statement, claim.fence);
      return late;
    },
    async endLeases() {
      await ledger.run(
        `update claims set lease_until = clock_timestamp() - interval '1 ms' where campaign_id = $1`,
      );
      await expireClaims(db, { deduplicating: new Set() });
    },
    async violated() {
      return (await found()).map(({ name }) => name);
    },
    async violations() {
      return (await found()).flatMap(({ name, violations }) => violations.map((each) => ({ name, ...each })));
    },
  };
}

/** Everything right, and looked at on the way. */
async function sendAll(s: Sender): Promise<Claim> {
  const claim = await s.claim();
  expect(claim.messages).toHaveLength(s.ledger.contactIds.length);
  expect(await s.mark(claim)).toMatchObject({ status: 'running', isLeased: true });
  await s.send(claim.messages);
  expect(await s.record(claim)).toBe(0);
  return claim;
}

/** Runs statements with a part of their text replaced; fails when the part is not there. */
function broken(ledger: LedgerFixture, part: string, replacement: string): RunStatement {
  let isPlanted = false;
  return async (name, text, values) => {
    if (!text.includes(part) && !isPlanted) throw new Error(`no such part in ${name}`);
    isPlanted = true;
    return ledger.db.statement(`broken_${name}_${part.length}`, text.replace(part, replacement), values);
  };
}

describe('the checker', () => {
  test('has nothing to say about a sender that does everything right', async () => {
    const s = await sender();
    await sendAll(s);
    expect(await s.violations()).toEqual([]);
  });

  test('nor about a contact that was deleted, or a receipt that says it did not arrive', async () => {
    const s = await sender();
    const claim = await sendAll(s);
    const deleted = await s.ledger.run('delete from contacts where id = $1', [s.ledger.contactIds[0]]);
    expect(deleted).toBe(1);
    const messageId = claim.messages[1]?.id ?? '';
    await applyReceipts(s.ledger.db.statement, [{ messageId, kind: 'failed', at: new Date() }]);
    expect(await s.ledger.states()).toEqual({ sent: 4, dlq: 1 });
    expect(await s.violations()).toEqual([]);
  });

  test('catches a sender that does not mark before it sends', async () => {
    const s = await sender();
    const claim = await s.claim();
    await s.send(claim.messages);
    // It dies here; another one finds the rows merely claimed.
    await s.endLeases();
    expect(await s.violated()).toEqual(expect.arrayContaining(['extra_sends', 'truthful']));
    const again = await s.claim('retry');
    await s.mark(again);
    await s.send(again.messages);
    await s.record(again);
    expect(await s.violated()).toContain('extra_sends');
  });

  test('catches a sender whose mark does not demand the fence and the lease', async () => {
    const s = await sender();
    const frozen = await s.claim();
    await s.endLeases();
    const other = await s.claim('retry');
    await s.mark(other);
    await s.send(other.messages);
    await s.record(other);
    const noFence = broken(
      s.ledger,
      `and (select can_send from sender) and m.id = want.id and m.fence = $2 and m.state = 'claimed'`,
      'and $2::bigint is not null and m.id = want.id',
    );
    await s.mark(frozen, noFence);
    await s.send(frozen.messages);
    expect(await s.violated()).toContain('extra_sends');
  });

  test('catches a sender that records under no fence what another one is still sending', async () => {
    const s = await sender();
    const frozen = await s.claim();
    await s.endLeases();
    const other = await s.claim('retry');
    await s.mark(other);
    const noFence = broken(s.ledger, 'and m.fence = $2 ', 'and $2::bigint is not null ');
    await s.record(frozen, noFence);
    expect(await s.violated()).toContain('truthful');
  });

  test('catches counters that count wrong', async () => {
    const s = await sender();
    const claim = await s.claim();
    await s.mark(claim);
    await s.send(claim.messages);
    await s.record(claim, broken(s.ledger, 'sent = n.sent + r.n', 'sent = n.sent + r.n + 1'));
    expect(await s.violated()).toContain('counters');
  });

  test('catches a network that delivered one message twice', async () => {
    const s = await sender();
    const claim = await s.claim();
    await s.mark(claim);
    await s.send(claim.messages);
    await s.record(claim);
    await s.send(claim.messages.slice(0, 1));
    expect(await s.violated()).toEqual(['extra_sends']);
  });

  test('catches another message of the same campaign to the same phone', async () => {
    const s = await sender();
    const claim = await s.claim();
    await s.mark(claim);
    await s.send(claim.messages);
    await s.record(claim);
    const [message] = claim.messages;
    const line = `\n${Date.now()}\tc\t${s.ledger.campaignId}\t${crypto.randomUUID()}\t${message?.recipient}\t1\tp\taccepted\n`;
    await appendFile(join(s.journalDir, 'journal.log'), line);
    expect(await s.violated()).toEqual(['extra_sends', 'truthful']);
  });

  test('catches a row that says sent and never left', async () => {
    const s = await sender();
    const claim = await s.claim();
    await s.mark(claim);
    await s.send(claim.messages.slice(1));
    await s.record(claim);
    expect(await s.violated()).toEqual(['truthful']);
  });

  test('catches rows that were left out', async () => {
    const s = await sender();
    await s.ledger.run('insert into campaign_heads (campaign_id, tenant_id, position) values ($1, $2, 3)', [
      s.ledger.campaignId,
      s.ledger.tenantId,
    ]);
    expect(await s.violated()).toEqual(['complete']);
  });

  test('catches rows that a claim without a lease holds for ever', async () => {
    const s = await sender();
    const claim = await s.claim();
    await endClaim(s.ledger.db.statement, claim.fence);
    expect(await s.violated()).toEqual(['complete']);
  });

  test('catches a message that came to nothing and that nobody is told of', async () => {
    const s = await sender();
    const claim = await s.claim();
    await s.mark(claim);
    const refused = { kind: 'refused', code: 'blocked' } as const;
    const transitions = claim.messages.map((message) => transitionOf(message, refused, rules));
    const noLine = broken(s.ledger, `from recorded where outcome <> 'sent'`, 'from recorded where false');
    await recordOutcomes(s.ledger.db.statement, s.ledger.ref(claim), transitions.slice(1));
    await recordOutcomes(noLine, s.ledger.ref(claim), transitions.slice(0, 1));
    await endClaim(s.ledger.db.statement, claim.fence);
    expect(await s.violations()).toMatchObject([{ name: 'complete', id: transitions[0]?.id }]);
  });

  test('catches a message after an opt-out', async () => {
    const s = await sender();
    const claim = await s.claim();
    await s.ledger.run(`update contacts set opted_out_at = now() - interval '1 minute' where id = $1`, [
      s.ledger.contactIds[0],
    ]);
    await s.mark(claim, broken(s.ledger, 'and c.opted_out_at is not null', 'and false'));
    await s.send(claim.messages);
    await s.record(claim);
    expect(await s.violated()).toEqual(['stops']);
  });

  test('catches a campaign that is faster than its rate', async () => {
    const s = await sender(40);
    await s.ledger.run('update campaigns set rate_per_second = 10 where id = $1');
    await s.ledger.run('update campaigns set rate_set_at = null where id = $1');
    const claim = await s.claim();
    await s.mark(claim);
    await s.send(claim.messages);
    await s.record(claim);
    expect(await s.violated()).toEqual(['limits']);
  });

  test('catches a tenant whose numbers together are faster than its rate', async () => {
    const s = await sender(40);
    const { tenantId } = s.ledger;
    await s.ledger.run('update tenants set rate_per_second = 10 where id = $1', [tenantId]);
    await s.ledger.run('update tenants set rate_set_at = null where id = $1', [tenantId]);
    await sendAll(s);
    expect(await s.violated()).toEqual(['limits']);
    await s.ledger.run('update tenants set rate_set_at = clock_timestamp() where id = $1', [tenantId]);
    expect(await s.violated()).toEqual([]);
  });

  test('catches a number above its cap for the day, and a contact above theirs', async () => {
    const s = await sender(2);
    const { tenantId, connectionId, db } = s.ledger;
    await s.ledger.run('update tenants set frequency_cap = 1 where id = $1', [tenantId]);
    await s.ledger.run('update tenants set frequency_set_at = null where id = $1', [tenantId]);
    await sendAll(s);
    const problems = async (): Promise<string[]> => {
      const report = await verifyLedger(db, {});
      return report.invariants.flatMap(({ name, violations }) =>
        name === 'limits' ? violations.map(({ problem }) => problem) : [],
      );
    };
    expect(await problems()).toEqual([]);
    await s.ledger.run(
      `insert into messages (tenant_id, campaign_id, contact_id, connection_id, position, state, queued, marked_at, direct)
       select tenant_id, campaign_id, contact_id, connection_id, position + 10, 'sent', false, now(), true
       from messages where campaign_id = $1 and position = 1`,
    );
    await s.ledger.run(
      `insert into connection_days (tenant_id, connection_id, day, sent, cap) values ($1, $2, current_date, 11, 10)`,
      [tenantId, connectionId],
    );
    expect(await problems()).toEqual([
      'the number was given more sends on a day than its cap',
      'the contact was sent more campaigns within the tenant’s days than its cap allows',
    ]);
    await s.ledger.run('delete from connection_days where connection_id = $1', [connectionId]);
  });

  test('catches rows of another tenant', async () => {
    const s = await sender();
    const other = await createTenant(database.system);
    await s.ledger.run('update messages set tenant_id = $2 where campaign_id = $1 and position = 1', [
      s.ledger.campaignId,
      other.tenantId,
    ]);
    expect(await s.violated()).toEqual(['tenants']);
  });

  test('catches a gap in the events, and what stays in the outbox', async () => {
    const s = await sender();
    const { db, tenantId } = s.ledger;
    for (let i = 0; i < 3; i++) {
      await s.ledger.run(`select app.publish($1, 'campaign:x', 'campaign.changed', '{}')`, [tenantId]);
    }
    await s.ledger.run('delete from events where tenant_id = $1 and event_offset = 2', [tenantId]);
    await s.ledger.run(
      `insert into outbox (tenant_id, job, payload, due_at) values ($1, 'message.send', '{}', now() - interval '1 hour')`,
      [tenantId],
    );
    const report = await verifyLedger(db, { journalDir: s.journalDir });
    expect(report.invariants.filter((i) => !i.isKept).map((i) => i.name)).toEqual(
      expect.arrayContaining(['events', 'bounded']),
    );
    await s.ledger.run('delete from outbox where tenant_id = $1', [tenantId]);
  });
});
