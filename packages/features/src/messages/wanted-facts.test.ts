import { useTestDatabase } from '@zaphub/testing';
import { beforeEach, expect, test } from 'vitest';
import { type LedgerFixture, ledgerFixture, outcomeFor } from '../ledger-fixture.ts';
import { applyReceipts } from './apply-receipts.ts';
import { markSending } from './mark-sending.ts';
import { recordOutcomes } from './record-outcomes.ts';

const database = useTestDatabase();
let ledger: LedgerFixture;
beforeEach(async () => {
  ledger = await ledgerFixture(database, { recipients: 20 });
});

const subscribe = (...types: readonly string[]): Promise<number> =>
  ledger.run(`insert into webhook_endpoints (tenant_id, url, types) values ($1, 'https://example.com', $2)`, [
    ledger.tenantId,
    types,
  ]);
const facts = (): Promise<{ type: string; count: number }[]> =>
  database.system.system((tx) =>
    tx.rows(
      `select type, cardinality(subject_ids) as count from webhook_facts where tenant_id = $1 order by type`,
      [ledger.tenantId],
    ),
  );

/** Everybody is sent to; the first gets `first`. Answers the ids. */
async function sendAll(first: Parameters<typeof outcomeFor>[1]): Promise<string[]> {
  const claim = await ledger.claim();
  if (!claim) throw new Error('nothing is due');
  const { messages, fence } = claim;
  const statement = database.system.statement;
  await markSending(statement, { campaignId: ledger.campaignId, fence, messages });
  await recordOutcomes(
    statement,
    ledger.ref(claim),
    messages.map((message, nth) =>
      outcomeFor(message, nth === 0 ? first : { kind: 'sent', providerMessageId: `p${nth}` }),
    ),
  );
  return messages.map(({ id }) => id);
}
const receipts = (ids: readonly string[], kind: 'delivered' | 'read'): Promise<unknown> =>
  applyReceipts(
    database.system.statement,
    ids.map((messageId) => ({ messageId, kind, at: new Date() })),
  );
const sent = { kind: 'sent', providerMessageId: 'p0' } as const;

test('a batch of messages leaves one row for each kind of thing that happened to them', async () => {
  await subscribe('message.sent', 'message.failed', 'message.delivered', 'message.read');
  const ids = await sendAll({ kind: 'refused', code: 'recipient_unavailable' });
  expect(await facts()).toEqual([
    { type: 'message.failed', count: 1 },
    { type: 'message.sent', count: 19 },
  ]);
  await receipts(ids.slice(1), 'delivered');
  // Told again, nothing has happened.
  await receipts(ids.slice(1), 'delivered');
  await receipts(ids.slice(1, 6), 'read');
  expect(await facts()).toEqual([
    { type: 'message.delivered', count: 19 },
    { type: 'message.failed', count: 1 },
    { type: 'message.read', count: 5 },
    { type: 'message.sent', count: 19 },
  ]);
});

test('a plain batch leaves one row, too', async () => {
  await subscribe('message.sent');
  await sendAll(sent);
  expect(await facts()).toEqual([{ type: 'message.sent', count: 20 }]);
});

test('nothing is left where nobody asks for it, whoever else asks', async () => {
  await subscribe('message.received');
  const other = await ledgerFixture(database, { recipients: 1 });
  await other.run(
    `insert into webhook_endpoints (tenant_id, url, types) values ($1, 'https://example.com', '{message.sent,message.read}')`,
    [other.tenantId],
  );
  await receipts(await sendAll(sent), 'read');
  expect(await facts()).toEqual([]);
  expect(await other.run('select from webhook_facts where tenant_id = $1', [other.tenantId])).toBe(0);
});
