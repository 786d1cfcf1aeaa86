import type { Receipt } from '@zaphub/providers';
import { useTestDatabase } from '@zaphub/testing';
import { expect, test } from 'vitest';
import { ledgerFixture } from '../ledger-fixture.ts';
import { createReceiptWriter } from './receipt-writer.ts';

const database = useTestDatabase();

test('receipts that arrive together are one statement, each caller learns when its own are durable', async () => {
  const { db, campaignId, tenantId, run } = await ledgerFixture(database, { recipients: 30 });
  await run(`update messages set state = 'sent', queued = false, marked_at = now(), sent_at = now()
    where campaign_id = $1`);
  await run('update campaign_counters set sent = total where campaign_id = $1');
  const statements: string[] = [];
  const changed: string[] = [];
  const writer = createReceiptWriter({
    db: {
      ...db,
      statement: (name, text, values) => {
        statements.push(name);
        return db.statement(name, text, values);
      },
    },
    onProgress: (campaign) => changed.push(campaign.id, campaign.tenantId),
  });
  const ids = await db.system((tx) =>
    tx.rows<{ id: string }>('select id from messages where campaign_id = $1', [campaignId]),
  );
  const delivered = ids.map(({ id }): Receipt => ({ messageId: id, kind: 'delivered', at: new Date() }));
  await Promise.all([...delivered.map((receipt) => writer.write([receipt])), writer.write([])]);
  expect(statements).toEqual(['apply_receipts']);
  expect(changed).toEqual([campaignId, tenantId]);
  const counters = await db.system((tx) =>
    tx.one<{ delivered: number }>('select delivered from campaign_counters where campaign_id = $1', [
      campaignId,
    ]),
  );
  expect(counters.delivered).toBe(30);
  await writer.close();
  await expect(writer.write(delivered)).rejects.toMatchObject({ code: 'batch_processor_closed' });
});
