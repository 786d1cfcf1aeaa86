import type { Receipt } from '@zaphub/providers';
import { useTestDatabase } from '@zaphub/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyReceipts } from './apply-receipts.ts';
import { ledgerFixture, outcomeFor } from '../ledger-fixture.ts';
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

describe('receipts', () => {
  test('end in the same state whatever their order, number and time of the result', async () => {
    const rank = { failed: 1, delivered: 2, read: 3 } as const;
    const kinds = fc.array(fc.constantFrom('delivered', 'read', 'failed'), { minLength: 1, maxLength: 5 });
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
            expected[best] = (expected[best] ?? 0) + 1;
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
});
