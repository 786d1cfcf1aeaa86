import type { Receipt } from '@zaphub/providers';
import { useTestDatabase } from '@zaphub/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyReceipts, type LedgerReceipt } from './apply-receipts.ts';
import { type LedgerFixture, ledgerFixture, outcomeFor } from '../ledger-fixture.ts';
import { markSending } from './mark-sending.ts';
import { recordOutcomes } from './record-outcomes.ts';

const database = useTestDatabase();
const at = new Date('2026-11-21T12:00:00Z');

async function sentLedger(recipients: number) {
  const ledger = await ledgerFixture(database, { recipients });
  const claim = await ledger.claim();
  if (claim === undefined) throw new Error('nothing was claimed');
  await markSending(ledger.db.statement, { campaignId: ledger.campaignId, ...claim });
  const record = () =>
    recordOutcomes(
      ledger.db.statement,
      ledger.ref(claim),
      claim.messages.map((message) => outcomeFor(message, { kind: 'sent', providerMessageId: 'p' })),
    );
  const ids = claim.messages.map((message) => message.id);
  return { ledger, ids, record, claim };
}

const rows = (ledger: LedgerFixture): Promise<Record<string, unknown>[]> =>
  ledger.db.system((tx) =>
    tx.rows(
      'select state::text, reason, provider_message_id from messages where campaign_id = $1 order by position',
      [ledger.campaignId],
    ),
  );
const evidence = (ledger: LedgerFixture): Promise<unknown[]> =>
  ledger.db.system((tx) =>
    tx.rows(
      'select outcome, code, class, provider_code, detail from message_attempts where campaign_id = $1 order by code',
      [ledger.campaignId],
    ),
  );

describe('receipts', () => {
  test('end in the same state whatever their order, number and time of the result', async () => {
    const rank = { sent: 0, failed: 1, delivered: 2, read: 3 } as const;
    const kinds = fc.array(fc.constantFrom('sent', 'delivered', 'read', 'failed'), {
      minLength: 1,
      maxLength: 5,
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(kinds, { minLength: 4, maxLength: 4 }),
        fc.nat(5),
        async (perRow, recordAfter) => {
          const { ledger, ids, record } = await sentLedger(4);
          const longest = Math.max(...perRow.map((list) => list.length));
          for (let i = 0; i < longest; i++) {
            if (i === recordAfter) await record();
            const batch: Receipt[] = perRow.flatMap((list, row) => {
              const kind = list[i];
              const messageId = ids[row];
              return kind === undefined || messageId === undefined ? [] : [{ kind, messageId, at }];
            });
            await applyReceipts(ledger.db.statement, batch);
          }
          if (recordAfter >= longest) await record();
          const expected: Record<string, number> = {};
          for (const list of perRow) {
            const best = list.reduce((one, other) => (rank[other] > rank[one] ? other : one));
            const state = best === 'failed' ? 'dlq' : best;
            expected[state] = (expected[state] ?? 0) + 1;
          }
          expect(await ledger.states()).toEqual(expected);
          expect(await ledger.counters()).toEqual(expected);
        },
      ),
      { numRuns: 25 },
    );
  }, 60_000);

  test('for a row that was never marked or does not exist do nothing', async () => {
    const ledger = await ledgerFixture(database, { recipients: 1 });
    const [row] = await ledger.db.system((tx) =>
      tx.rows<{ id: string }>('select id from messages where campaign_id = $1', [ledger.campaignId]),
    );
    await applyReceipts(ledger.db.statement, [
      { kind: 'read', messageId: row?.id ?? '', at },
      { kind: 'read', messageId: crypto.randomUUID(), at },
    ]);
    expect(await ledger.states()).toEqual({ pending: 1 });
  });

  test('settle an unknown outcome and take a waiting retry out of the queue', async () => {
    const { ledger, ids, claim } = await sentLedger(2);
    const [one, other] = claim.messages;
    if (one === undefined || other === undefined) throw new Error('two rows were expected');
    const lost = { kind: 'unknown', code: 'timeout' } as const;
    await recordOutcomes(ledger.db.statement, ledger.ref(claim), [
      outcomeFor(one, lost),
      outcomeFor(other, lost, { deduplicates: true, unknownPolicy: 'at_most_once' }),
    ]);
    const changed = await applyReceipts(
      ledger.db.statement,
      ids.map((messageId) => ({ kind: 'delivered', messageId, at })),
    );
    expect([...changed]).toEqual([[ledger.campaignId, ledger.tenantId]]);
    expect(await ledger.states()).toEqual({ delivered: 2 });
    expect(await ledger.counters()).toEqual({ delivered: 2 });
    expect(await ledger.claim({ kind: 'retry' })).toBeUndefined();
  });

  test('from two batches at once count each row once', async () => {
    const { ledger, ids, record } = await sentLedger(50);
    const receipts = ids.map((messageId): Receipt => ({ kind: 'delivered', messageId, at }));
    await Promise.all([
      record(),
      applyReceipts(ledger.db.statement, receipts),
      applyReceipts(ledger.db.statement, receipts),
      applyReceipts(
        ledger.db.statement,
        ids.map((messageId): Receipt => ({ kind: 'read', messageId, at })),
      ),
    ]);
    await record();
    expect(await ledger.states()).toEqual({ read: 50 });
    expect(await ledger.counters()).toEqual({ read: 50 });
  });

  test('that it was sent heal a lost outcome, whoever holds the row by then, and bring the network’s id', async () => {
    const { ledger, ids, claim } = await sentLedger(3);
    const lost = { kind: 'unknown', code: 'timeout' } as const;
    const rules = { deduplicates: true, unknownPolicy: 'at_most_once' } as const;
    const [unknown, waiting, claimed] = claim.messages.map((message, i) =>
      outcomeFor(message, lost, i === 0 ? undefined : rules),
    );
    if (unknown === undefined || waiting === undefined || claimed === undefined)
      throw new Error('three rows');
    await recordOutcomes(ledger.db.statement, ledger.ref(claim), [unknown, claimed]);
    const again = await ledger.claim({ kind: 'retry' });
    await recordOutcomes(ledger.db.statement, ledger.ref(claim), [waiting]);
    expect(await ledger.states()).toEqual({ unknown: 1, pending: 1, claimed: 1 });
    const receipts = ids.map((messageId, i): Receipt => ({
      kind: 'sent',
      messageId,
      at,
      providerMessageId: `wamid.${i}`,
    }));
    await applyReceipts(ledger.db.statement, receipts);
    expect(await ledger.states()).toEqual({ sent: 3 });
    expect(await ledger.counters()).toEqual({ sent: 3 });
    expect((await rows(ledger)).map((row) => row['provider_message_id'])).toEqual([
      'wamid.0',
      'wamid.1',
      'wamid.2',
    ]);
    // Nobody who held the row sends it again.
    if (again === undefined) throw new Error('a retry was expected');
    expect(
      (await markSending(ledger.db.statement, { campaignId: ledger.campaignId, ...again })).ids.size,
    ).toBe(0);
    expect(await ledger.claim({ kind: 'retry' })).toBeUndefined();
  });

  test('that it failed end a message with the network’s reason and code, once', async () => {
    const { ledger, ids, record } = await sentLedger(1);
    await record();
    const failed: LedgerReceipt = {
      kind: 'failed',
      messageId: ids[0] ?? '',
      at,
      providerMessageId: 'p',
      code: 'recipient_marketing_limit',
      error: { code: 131_049, details: 'This message was not delivered to maintain healthy engagement.' },
    };
    for (let i = 0; i < 3; i++) await applyReceipts(ledger.db.statement, [failed]);
    expect(await rows(ledger)).toMatchObject([{ state: 'dlq', reason: 'recipient_marketing_limit' }]);
    expect(await evidence(ledger)).toMatchObject([
      {
        outcome: 'receipt_failed',
        code: 'recipient_marketing_limit',
        class: 'recipient',
        provider_code: 131_049,
      },
    ]);
    expect(await ledger.counters()).toEqual({ dlq: 1 });
  });

  test('that contradict what is known are kept, once, and change nothing', async () => {
    const { ledger, ids, record } = await sentLedger(2);
    await record();
    const [read = '', resent = ''] = ids;
    await applyReceipts(ledger.db.statement, [{ kind: 'read', messageId: read, at }]);
    const failures: LedgerReceipt[] = [
      { kind: 'failed', messageId: read, at, code: 'recipient_unavailable' },
      { kind: 'failed', messageId: resent, at, code: 'timeout', providerMessageId: 'of an earlier request' },
    ];
    for (let i = 0; i < 2; i++) await applyReceipts(ledger.db.statement, failures);
    expect(await ledger.states()).toEqual({ read: 1, sent: 1 });
    expect(await evidence(ledger)).toMatchObject([
      { outcome: 'receipt_failed', code: 'recipient_unavailable', detail: 'the row was read' },
      { outcome: 'receipt_failed', code: 'timeout', detail: 'the row was sent' },
    ]);
  });

  test('inside a tenant move nobody else’s messages', async () => {
    const { ledger, ids, record } = await sentLedger(1);
    await record();
    const { scope } = await ledgerFixture(database, { recipients: 1 });
    await ledger.db.tenant(scope, (tx) =>
      applyReceipts(tx.prepared.bind(tx), [{ kind: 'read', messageId: ids[0] ?? '', at }]),
    );
    expect(await ledger.states()).toEqual({ sent: 1 });
  });
});
