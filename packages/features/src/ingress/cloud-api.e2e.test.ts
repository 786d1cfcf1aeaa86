import type { GraphServerOptions } from '@zaphub/providers/testing';
import { useTestDatabase } from '@zaphub/testing';
import { expect, onTestFinished, test } from 'vitest';
import { resumeCampaign } from '../campaigns/index.ts';
import { type CloudStage, openCloudStage } from './cloud-api-stage.ts';

const database = useTestDatabase();

async function stage(recipients: number, graph: GraphServerOptions = {}): Promise<CloudStage> {
  const opened = await openCloudStage(database, { recipients, graph });
  onTestFinished(() => opened.close());
  return opened;
}

const one = <R>({ ledger }: CloudStage, text: string): Promise<R> =>
  ledger.db.system((tx) => tx.one<R>(text, [ledger.connectionId]));

const campaignOf = ({ ledger }: CloudStage): Promise<unknown> =>
  ledger.db.system((tx) =>
    tx.one('select status, error_code from campaigns where id = $1', [ledger.campaignId]),
  );

test('a campaign goes out, its statuses come in disorder and twice, people answer, and all adds up', async () => {
  const s = await stage(40);
  expect(await s.engine.drain(s.ledger.connectionId)).toBe(40);
  await s.settle();
  expect(await s.ledger.counters()).toEqual({ read: 40 });
  // Everything once more, the other way round, and what people wrote beside it.
  const statuses = s.graph.accepted.flatMap(({ wamid, biz_opaque_callback_data: tag }) =>
    ['read', 'delivered', 'sent'].map((status) => ({
      id: wamid,
      status,
      timestamp: '1700000000',
      biz_opaque_callback_data: tag,
    })),
  );
  const [first] = s.graph.accepted;
  const digits = (first?.to ?? '').replaceAll(/\D/g, '');
  const answer = {
    id: 'wamid.in',
    timestamp: '1700000001',
    type: 'text',
    from: digits,
    context: { id: first?.wamid },
    text: { body: 'SAIR' },
  };
  const changes = [
    { field: 'messages', value: s.graph.valueWith({ statuses }) },
    { field: 'messages', value: s.graph.valueWith({ messages: [answer] }) },
  ];
  expect(await Promise.all([s.graph.emit(...changes), s.graph.emit(...changes)])).toEqual(['taken', 'taken']);
  await s.settle();
  expect(await s.ledger.counters()).toEqual({ read: 40 });
  const { n } = await s.ledger.db.system((tx) =>
    tx.one<{ n: number }>(
      `select count(*) as n from conversation_messages where tenant_id = $1 and campaign_id = $2`,
      [s.ledger.tenantId, s.ledger.campaignId],
    ),
  );
  expect(n).toBe(1);
  const outs = await s.ledger.db.system((tx) =>
    tx.rows(`select phone from contacts where tenant_id = $1 and opted_out_at is not null`, [
      s.ledger.tenantId,
    ]),
  );
  expect(outs).toEqual([{ phone: `+${digits}` }]);
});

test('an answer that was lost is healed by the status, which knows our message', async () => {
  const s = await stage(3);
  s.graph.next('lose_reply');
  await s.engine.drain(s.ledger.connectionId);
  expect(await s.ledger.states()).toEqual({ sent: 2, unknown: 1 });
  await s.settle();
  expect(await s.ledger.counters()).toEqual({ read: 3 });
  expect(s.graph.accepted).toHaveLength(3);
});

test('a revoked token holds the number with its cause, keeps its messages, and a new one sends them', async () => {
  const s = await stage(60);
  await s.setToken('EAAB-revoked-by-meta');
  await s.engine.runTurn(s.ledger.connectionId);
  expect(await one(s, 'select hold_cause from connections where id = $1')).toEqual({
    hold_cause: 'token_invalid',
  });
  expect(await s.ledger.states()).toEqual({ pending: 60 });
  // One look at the network's answer was enough: no more requests than were under way.
  expect(s.graph.requests.length).toBeLessThanOrEqual(40);
  expect((await s.engine.runTurn(s.ledger.connectionId)).outcome).toBe('busy');
  await s.setToken('EAAB-the-right-token');
  await s.ledger.run('update connections set hold_cause = null, hold_until = null where id = $1', [
    s.ledger.connectionId,
  ]);
  expect(await s.engine.drain(s.ledger.connectionId)).toBe(60);
  await s.settle();
  expect(await s.ledger.counters()).toEqual({ read: 60 });
});

test('a number that is too fast is halved, and its messages go out all the same', async () => {
  const s = await stage(30);
  s.graph.next({ code: 130_429 });
  expect(await s.engine.drain(s.ledger.connectionId)).toBe(30);
  expect(await one(s, 'select slow_steps, slow_cause from lanes where connection_id = $1')).toEqual({
    slow_steps: 1,
    slow_cause: 'throttled',
  });
});

test('somebody at the marketing limit waits a day, and nobody else does', async () => {
  const s = await stage(5);
  s.graph.next({ code: 131_049 });
  expect((await s.engine.runTurn(s.ledger.connectionId)).sent).toBe(4);
  await s.settle();
  expect(await s.ledger.states()).toEqual({ read: 4, pending: 1 });
  const waiting = await s.ledger.db.system((tx) =>
    tx.one(
      `select reason, due_at > now() + interval '23 h' as later from messages where campaign_id = $1 and state = 'pending'`,
      [s.ledger.campaignId],
    ),
  );
  expect(waiting).toEqual({ reason: 'recipient_marketing_limit', later: true });
});

test('who cannot get it is dead with class, words and the network’s own code', async () => {
  const s = await stage(3);
  s.graph.next({ code: 131_026, details: 'Message undeliverable' });
  await s.engine.drain(s.ledger.connectionId);
  await s.settle();
  expect(await s.ledger.counters()).toEqual({ read: 2, dlq: 1 });
  const kept = await s.ledger.db.system((tx) =>
    tx.one(
      `select a.outcome, a.code, a.class, a.provider_code, a.http_status, a.detail, a.trace_id is not null as traced
       from messages m join message_attempts a on a.message_id = m.id where m.campaign_id = $1 and m.state = 'dlq'`,
      [s.ledger.campaignId],
    ),
  );
  expect(kept).toEqual({
    outcome: 'refused',
    code: 'recipient_unavailable',
    class: 'recipient',
    provider_code: 131_026,
    http_status: 400,
    detail: 'Message undeliverable',
    traced: true,
  });
});

test('a template of the network goes out with each person’s values in its places', async () => {
  const template = {
    id: '1',
    name: 'offer',
    language: 'pt_BR',
    status: 'APPROVED',
    category: 'MARKETING',
    components: [{ type: 'BODY', text: 'Olá {{1}}, seu cupom é {{2}}.' }],
  };
  const s = await stage(3, { templates: [template] });
  await s.ledger.run(`update campaigns set network_template = $2 where id = $1`, [
    s.ledger.campaignId,
    JSON.stringify({
      name: 'offer',
      language: 'pt_BR',
      body: [{ text: '{{ name }}' }, { text: '{{ coupon | default: "X" }}' }],
    }),
  ]);
  await s.engine.drain(s.ledger.connectionId);
  await s.settle();
  expect(await s.ledger.counters()).toEqual({ read: 3 });
  expect(s.graph.accepted.map(({ type }) => type)).toEqual(['template', 'template', 'template']);
  const texts = s.graph.accepted.map(({ body }) => JSON.stringify(body['template'])).sort();
  expect(texts[0]).toContain('Contact 1');
});

test('a template that is held back halts the campaign and keeps whom it was for; resumed, it goes on', async () => {
  const s = await stage(60);
  s.graph.next({ code: 132_015, details: 'Template is paused' });
  await s.engine.runTurn(s.ledger.connectionId);
  expect(await campaignOf(s)).toEqual({ status: 'paused', error_code: 'template_paused' });
  const states = await s.ledger.states();
  expect(states['pending']).toBeGreaterThanOrEqual(1);
  expect((states['pending'] ?? 0) + (states['sent'] ?? 0)).toBe(60);
  await resumeCampaign({ db: s.ledger.db }, s.ledger.scope, s.ledger.campaignId);
  await s.engine.drain(s.ledger.connectionId);
  expect(await s.ledger.states()).toEqual({ sent: 60 });
  expect(await campaignOf(s)).toEqual({ status: 'completed', error_code: null });
});

test('who told WhatsApp that they want no marketing is opted out', async () => {
  const s = await stage(3);
  s.graph.next({ code: 131_050 });
  await s.engine.drain(s.ledger.connectionId);
  const outs = await s.ledger.db.system((tx) =>
    tx.rows(
      'select opt_out_source as source from contacts where tenant_id = $1 and opted_out_at is not null',
      [s.ledger.tenantId],
    ),
  );
  expect(outs).toEqual([{ source: 'provider' }]);
  expect(await s.ledger.states()).toEqual({ sent: 2, dlq: 1 });
});
