import { createSimulator, type Provider } from '@zaphub/providers';
import { silentLogger } from '@zaphub/telemetry';
import { useTestDatabase } from '@zaphub/testing';
import { expect, onTestFinished, test } from 'vitest';
import { createSendingEngine } from '../lanes/index.ts';
import { temporaryFolder } from '../ledger-fixture.ts';
import { compileTemplate } from '../templates/index.ts';
import { verifyLedger } from '../verify/index.ts';
import { type InboundFixture, inboundFixture } from './inbound-fixture.ts';

const database = useTestDatabase();

/** An engine whose network does something before it takes a message. */
async function engineFor(
  s: InboundFixture,
  beforeSend: (to: string, nth: number) => Promise<void>,
  reachedAs?: (to: string) => string,
) {
  const { dir, remove } = await temporaryFolder();
  const simulator = createSimulator({ journalDir: dir, receipts: false });
  const sentTo: string[] = [];
  const provider: Provider = {
    ...simulator,
    onReceipt: (listener) => simulator.onReceipt(listener),
    close: () => simulator.close(),
    async send(request, options) {
      await beforeSend(request.to, sentTo.push(request.to));
      const outcome = await simulator.send(request, options);
      return outcome.kind === 'sent' && reachedAs
        ? { ...outcome, reachedAs: reachedAs(request.to) }
        : outcome;
    },
  };
  const engine = createSendingEngine(
    { db: s.db, providerFor: () => provider, compile: compileTemplate, logger: silentLogger },
    { owner: 'test', chunkSize: 1 },
  );
  onTestFinished(async () => {
    await engine.close();
    await simulator.close();
    await remove();
  });
  return { engine, sentTo, journalDir: dir };
}

test('whoever writes SAIR while a campaign runs gets nothing more of it, although their message was queued and claimed', async () => {
  const s = await inboundFixture(database, { recipients: 30 });
  // A slow lane: all are claimed at once, and the last leave a second after the message has come.
  await s.run('update connections set rate_per_second = 30 where id = $1', [s.connectionId]);
  const leaving = ['+5511900000025', '+5511900000029'];
  const { engine, sentTo, journalDir } = await engineFor(s, async (_to, nth) => {
    if (nth === 3) await s.store(...leaving.map((phone) => s.message(phone, 'Sair, por favor!')));
  });
  await engine.drain(s.connectionId);
  expect(sentTo).toHaveLength(28);
  expect(sentTo.filter((to) => leaving.includes(to))).toEqual([]);
  expect(
    await s.rows(`select reason from messages where campaign_id = $1 and state = 'skipped'`, [s.campaignId]),
  ).toEqual([{ reason: 'opted_out' }, { reason: 'opted_out' }]);
  const report = await verifyLedger(s.db, { journalDir, campaignId: s.campaignId });
  expect(report.invariants.filter((invariant) => !invariant.isKept)).toEqual([]);
});

test('the answer that an opt-out was heard goes out once, to somebody who gets nothing else', async () => {
  const s = await inboundFixture(database, { recipients: 1 });
  await s.run(`insert into opt_out_settings (tenant_id, stop_reply) values ($1, 'Pronto.')`, [s.tenantId]);
  await s.store(s.message('+5511900000000', 'SAIR'));
  await s.store(s.message('+5511900000000', 'sair'));
  const { engine, sentTo } = await engineFor(s, () => Promise.resolve());
  await engine.drain(s.connectionId);
  expect(sentTo).toEqual(['+5511900000000']);
  expect(
    await s.rows(`select direct, state, reason from messages where tenant_id = $1 order by direct`),
  ).toEqual([
    { direct: false, state: 'skipped', reason: 'opted_out' },
    { direct: true, state: 'sent', reason: null },
  ]);
});

test('the form of a number that the network took is used by the next campaign', async () => {
  const s = await inboundFixture(database, { recipients: 2 });
  await s.run(
    `update contacts set phone = '+5511987650001' where tenant_id = $1 and phone = '+5511900000001'`,
    [s.tenantId],
  );
  await s.run(`update messages set recipient = '+5511987650001' where campaign_id = $1 and position = 2`);
  const { engine } = await engineFor(
    s,
    () => Promise.resolve(),
    (to) => (to === '+5511987650001' ? '+551187650001' : to),
  );
  await engine.drain(s.connectionId);
  expect(await s.rows('select phone, reached_as from contacts where tenant_id = $1 order by phone')).toEqual([
    { phone: '+5511900000000', reached_as: null },
    { phone: '+5511987650001', reached_as: '+551187650001' },
  ]);
  const [answer] = await s.store(s.message('+551187650001', 'oi'));
  expect(answer).toMatchObject({ outcome: 'stored', contactId: s.contactIds[1], campaignId: s.campaignId });
});
