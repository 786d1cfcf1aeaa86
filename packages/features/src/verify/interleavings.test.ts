import { createSimulator, type Provider, type SendOutcome } from '@zaphub/providers';
import { useTestDatabase } from '@zaphub/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type LedgerFixture, ledgerFixture, temporaryFolder } from '../ledger-fixture.ts';
import {
  applyReceipts,
  type Claim,
  expireClaims,
  finishCampaign,
  handBack,
  markSending,
  recordOutcomes,
  transitionOf,
} from '../messages/index.ts';
import { verifyLedger } from './verify-ledger.ts';

const database = useTestDatabase();

const steps = [
  'claim',
  'retry',
  'mark',
  'send',
  'record',
  'hand back',
  'forget',
  'end lease',
  'receipts',
  'pause',
  'resume',
  'opt out',
] as const;
type Step = (typeof steps)[number];

/** What one worker remembers of a claim; a crash forgets it, the end of its lease makes it too late. */
interface Held {
  readonly claim: Claim;
  marked: Claim['messages'];
  outcomes: SendOutcome[];
  isTooLate: boolean;
}

/** Takes any step at any moment, as workers that crash, freeze and race would. */
class Chaos {
  readonly #ledger: LedgerFixture;
  readonly #network: Provider;
  readonly #deduplicates: boolean;
  readonly #held: Held[] = [];

  constructor(ledger: LedgerFixture, network: Provider) {
    this.#ledger = ledger;
    this.#network = network;
    this.#deduplicates = network.abilities.deduplicates;
  }

  async take(step: Step, n: number): Promise<void> {
    const { db, campaignId, tenantId } = this.#ledger;
    const one = this.#held[n % Math.max(1, this.#held.length)];
    switch (step) {
      case 'claim':
      case 'retry':
        return this.#claim(step === 'claim' ? 'fresh' : 'retry', 1 + (n % 7));
      case 'mark':
        return one && this.#mark(one);
      case 'send':
        return one && this.#send(one);
      case 'record':
        return one && this.#record(one);
      case 'hand back':
        if (one !== undefined) await handBack(db.statement, one.claim.fence);
        return;
      case 'forget':
        if (one !== undefined) this.#held.splice(this.#held.indexOf(one), 1);
        return;
      case 'end lease':
        return this.#endLease(one);
      case 'receipts':
        return this.#receipts(n);
      case 'pause':
      case 'resume': {
        const [from, to] = step === 'pause' ? ['running', 'paused'] : ['paused', 'running'];
        await this.#ledger.run('update campaigns set status = $3 where id = $1 and status = $2', [
          campaignId,
          from,
          to,
        ]);
        return;
      }
      case 'opt out':
        await this.#ledger.run(
          `update contacts set opted_out_at = coalesce(opted_out_at, now()) where tenant_id = $1 and id = $2`,
          [tenantId, this.#ledger.contactIds[n % this.#ledger.contactIds.length]],
        );
        return;
      default:
        step satisfies never;
    }
  }

  /** Everybody who knew anything is dead; the reconciler and a last, careful worker finish the campaign. */
  async finish(): Promise<void> {
    const { db, campaignId } = this.#ledger;
    await this.#ledger.run(`update campaigns set status = 'running' where id = $1 and status = 'paused'`);
    for (let round = 0; round < 200; round++) {
      this.#held.length = 0;
      await this.#endLease(undefined);
      await this.#ledger.run('update messages set due_at = now() where campaign_id = $1 and retry');
      if (await finishCampaign(db.statement, campaignId)) return;
      for (const kind of ['retry', 'fresh'] as const) {
        await this.#claim(kind, 100);
        for (const one of this.#held) {
          await this.#mark(one);
          await this.#send(one);
          await this.#record(one);
        }
      }
    }
    throw new Error('the campaign does not end');
  }

  async #claim(kind: 'fresh' | 'retry', limit: number): Promise<void> {
    const claim = await this.#ledger.claim({ kind, limit });
    if (claim !== undefined && claim.messages.length > 0) {
      this.#held.push({ claim, marked: [], outcomes: [], isTooLate: false });
    }
  }

  async #mark(one: Held): Promise<void> {
    const { db, campaignId } = this.#ledger;
    const mark = await markSending(db.statement, { campaignId, ...one.claim });
    if (mark.ids.size > 0) one.marked = one.claim.messages.filter((message) => mark.ids.has(message.id));
  }

  /** The deadline of a lane: nothing is sent once its lease may have ended. */
  async #send(one: Held): Promise<void> {
    if (one.isTooLate || one.outcomes.length > 0) return;
    const { campaignId, connectionId } = this.#ledger;
    one.outcomes = await Promise.all(
      one.marked.map((message) =>
        this.#network.send(
          {
            messageId: message.id,
            to: message.recipient,
            text: 'Hello',
            sender: connectionId,
            reference: campaignId,
            attempt: message.requests + 1,
          },
          { signal: new AbortController().signal, notAfterMs: Infinity },
        ),
      ),
    );
  }

  async #record(one: Held): Promise<void> {
    const rules = { deduplicates: this.#deduplicates, unknownPolicy: 'at_most_once' } as const;
    const transitions = one.marked.map((message, i) =>
      transitionOf(
        message,
        one.outcomes[i] ?? { kind: 'not_sent', code: 'not_started', retryAfterMs: 0 },
        rules,
      ),
    );
    if (transitions.length > 0 && one.outcomes.length === 0) one.isTooLate = true;
    await recordOutcomes(this.#ledger.db.statement, this.#ledger.ref(one.claim), transitions);
  }

  async #endLease(one: Held | undefined): Promise<void> {
    const past = `update claims set lease_until = clock_timestamp() - interval '1 ms'`;
    if (one === undefined) await this.#ledger.run(`${past} where campaign_id = $1`);
    else await this.#ledger.run(`${past} where id = $1`, [one.claim.fence]);
    for (const held of one === undefined ? this.#held : [one]) held.isTooLate = true;
    const deduplicating = new Set(this.#deduplicates ? ['simulator'] : []);
    await expireClaims(this.#ledger.db, { deduplicating });
  }

  async #receipts(n: number): Promise<void> {
    const sent = this.#held.flatMap((one) =>
      one.marked.filter((_, i) => one.outcomes[i]?.kind === 'sent').map((message) => message.id),
    );
    const kind = n % 2 === 0 ? 'delivered' : 'read';
    await applyReceipts(
      this.#ledger.db.statement,
      sent.map((messageId) => ({ kind, messageId, at: new Date() })),
    );
  }
}

describe('whatever the order of steps, crashes and freezes', () => {
  test.each([true, false])(
    'every invariant holds (network deduplicates: %s)',
    async (deduplicates) => {
      const plan = fc.array(fc.tuple(fc.constantFrom(...steps), fc.nat(1000)), {
        minLength: 5,
        maxLength: 45,
      });
      await fc.assert(
        fc.asyncProperty(plan, async (taken) => {
          const ledger = await ledgerFixture(database, { recipients: 20 });
          const { dir, remove } = await temporaryFolder();
          const network = createSimulator({
            journalDir: dir,
            deduplicates,
            receipts: false,
            lostAfterMs: 0,
            rates: { lostReply01: 0.1, notSent01: 0.1, refused01: 0.05, serverError01: 0.05 },
          });
          const check = async (): Promise<void> => {
            const { campaignId } = ledger;
            const report = await verifyLedger(ledger.db, { journalDir: dir, campaignId });
            expect(report.invariants.filter((invariant) => !invariant.isKept)).toEqual([]);
          };
          try {
            const chaos = new Chaos(ledger, network);
            for (const [step, n] of taken) await chaos.take(step, n);
            await check();
            await chaos.finish();
            await check();
            const { pending = 0, claimed = 0, sending = 0 } = await ledger.states();
            expect({ pending, claimed, sending }).toEqual({ pending: 0, claimed: 0, sending: 0 });
          } finally {
            await network.close();
            await remove();
          }
        }),
        { numRuns: 30 },
      );
    },
    120_000,
  );
});
