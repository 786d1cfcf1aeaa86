import { webhookDelivery } from '@zaphub/queues';
import { useTestDatabase } from '@zaphub/testing';
import {
  fromPublicId,
  type Page,
  toPublicId,
  type Webhook,
  type WebhookDelivery,
  type WebhookDeliveryDetail,
  type WebhookRecovered,
  type WebhookWithSecret,
} from '@zaphub/types';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createFailpoints } from '../failpoints.ts';
import { type Receiver, startReceiver } from './delivery/receiver.ts';
import type { DeliveryDeps } from './delivery/run-delivery-turn.ts';
import { createDeliveryHandler } from './jobs/deliver.ts';
import { deliverySteps } from './steps.ts';
import { goodSignatures, idsOf, type WebhookFixture, webhookFixture } from './webhook-fixture.ts';

const database = useTestDatabase();
let receiver: Receiver;
let fixture: WebhookFixture;

beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(() => receiver.close());
beforeEach(async () => {
  fixture = await webhookFixture(database);
  receiver.answer((_call, response) => response.writeHead(204).end());
});

const logOf = async (webhook: Webhook, query: Record<string, string> = {}): Promise<WebhookDelivery[]> =>
  (
    await fixture.call<Page<WebhookDelivery>>('GET /webhooks/:webhook_id/deliveries', {
      ids: idsOf(webhook),
      query,
    })
  ).data;
const detailOf = (delivery: WebhookDelivery): Promise<WebhookDeliveryDetail> =>
  fixture.call('GET /webhook-deliveries/:delivery_id', { ids: deliveryIds(delivery) });
const deliveryIds = (delivery: WebhookDelivery): { delivery_id: string } => ({
  delivery_id: fromPublicId('webhook_delivery', delivery.id) ?? '',
});
const patch = (webhook: Webhook, body: unknown): Promise<Webhook> =>
  fixture.call('PATCH /webhooks/:webhook_id', { ids: idsOf(webhook), body });
const changeConnection = (status: string): Promise<unknown> =>
  fixture.rows('update connections set status = $2 where id = $1', [fixture.connectionId, status]);
const passTime = (interval: string): Promise<unknown> =>
  fixture.rows(
    `with d as (update webhook_deliveries set due_at = due_at - $2::interval, lease_until = lease_until - $2::interval
       where tenant_id = $1)
     update webhook_endpoints set rests_until = rests_until - $2::interval, failing_since = failing_since - $2::interval
     where tenant_id = $1`,
    [fixture.tenantId, interval],
  );
const statuses = (status: number, headers: Record<string, string> = {}): void =>
  receiver.answer((_call, response) => response.writeHead(status, headers).end('no'));
/** Something happens, and an event of it waits. */
const happens = async (): Promise<void> => {
  await changeConnection('degraded');
  await changeConnection('connected');
  await fixture.makeEvents();
};

describe('an event', () => {
  test('arrives signed, with its type and the connection, and is logged', async () => {
    const webhook = await fixture.add(receiver.url, ['connection.state']);
    await changeConnection('degraded');
    expect(await fixture.makeEvents()).toBe(1);
    await fixture.deliver(webhook);
    const call = receiver.calls.at(-1);
    if (call === undefined) throw new Error('nothing came');
    expect(goodSignatures(call, webhook.secret ?? '')).toBe(1);
    expect(Math.abs(Date.now() / 1000 - Number(call.headers['webhook-timestamp']))).toBeLessThan(10);
    expect(call.headers).toMatchObject({
      'content-type': 'application/json',
      'x-zaphub-event': 'connection.state',
      'x-zaphub-session': toPublicId('connection', fixture.connectionId),
    });
    expect(JSON.parse(call.body)).toMatchObject({
      type: 'connection.state',
      data: {
        id: toPublicId('connection', fixture.connectionId),
        status: 'degraded',
        previous_status: 'connected',
      },
    });
    const [delivery] = await logOf(webhook);
    expect(delivery).toMatchObject({
      state: 'delivered',
      attempts: 1,
      status: 204,
      event_id: call.headers['webhook-id'],
      next_attempt_at: null,
    });
    expect(await fixture.read(webhook)).toMatchObject({ failures: 0, waiting: 0, failed: 0 });
  });

  test('is noted for nobody when nobody asks for it', async () => {
    const webhook = await fixture.add(receiver.url, ['message.received']);
    await changeConnection('degraded');
    await patch(webhook, { enabled: false });
    await fixture.note('message.received');
    expect(await fixture.rows('select from webhook_facts where tenant_id = $1', [fixture.tenantId])).toEqual(
      [],
    );
  });

  test('goes to each endpoint that asks for it, under one id', async () => {
    const one = await fixture.add(receiver.url, ['connection.state']);
    const two = await fixture.add(`${receiver.url}/two`, ['connection.state', 'campaign.started']);
    await fixture.add(`${receiver.url}/three`, ['campaign.started']);
    const before = receiver.calls.length;
    await changeConnection('degraded');
    await fixture.makeEvents();
    for (const webhook of [one, two]) await fixture.deliver(webhook);
    const calls = receiver.calls.slice(before);
    expect(calls.map(({ path }) => path).toSorted()).toEqual(['/hook', '/hook/two']);
    expect(new Set(calls.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  });
});

describe('a receiver that fails', () => {
  test('is tried again after 10, 30 and 90 seconds as the table of queues says, with the same id and bytes', async () => {
    const webhook = await fixture.add(receiver.url, ['connection.state']);
    const before = receiver.calls.length;
    statuses(500);
    await changeConnection('degraded');
    await fixture.makeEvents();
    const waits: number[] = [];
    for (let attempt = 1; attempt <= webhookDelivery.attempts; attempt++) {
      await fixture.deliver(webhook);
      // What is not due is not tried.
      await fixture.deliver(webhook);
      expect(receiver.calls.length - before).toBe(attempt);
      const [row] = await fixture.rows<{ wait: number; state: string }>(
        `select state, extract(epoch from due_at - clock_timestamp())::float8 as wait from webhook_deliveries
         where tenant_id = $1`,
        [fixture.tenantId],
      );
      if (row?.state === 'pending') waits.push(Math.round(row.wait));
      await passTime('2 minutes');
    }
    expect(waits).toEqual([10, 30, 90]);
    const calls = receiver.calls.slice(before);
    expect(new Set(calls.map(({ headers, body }) => `${headers['webhook-id']} ${body}`)).size).toBe(1);
    const [delivery] = await logOf(webhook, { state: 'failed' });
    expect(delivery).toMatchObject({ state: 'failed', attempts: 4, status: 500, error_code: 'http_status' });
    if (delivery === undefined) throw new Error('not in the log');
    const { log } = await detailOf(delivery);
    expect(log).toHaveLength(4);
    expect(log[0]).toMatchObject({ status: 500, error_code: 'http_status', response: 'no' });
  });

  test('rings in the outbox for the next attempt in the transaction that writes the failure down', async () => {
    const webhook = await fixture.add(receiver.url, ['connection.state']);
    await fixture.rows('delete from outbox where tenant_id = $1', [fixture.tenantId]);
    statuses(503, { 'retry-after': '75' });
    await changeConnection('degraded');
    await fixture.makeEvents();
    await fixture.deliver(webhook);
    const rings = await fixture.rows<{ wait: number; payload: unknown }>(
      `select extract(epoch from due_at - clock_timestamp())::float8 as wait, payload from outbox
       where tenant_id = $1 and job = 'webhook.delivery' order by due_at`,
      [fixture.tenantId],
    );
    expect(rings.map(({ wait }) => Math.max(0, Math.round(wait)))).toEqual([0, 75]);
    expect(rings[0]?.payload).toEqual({
      tenantId: fixture.tenantId,
      endpointId: idsOf(webhook).webhook_id,
    });
  });

  test('rests after five failures in a row, and what waits goes out when it answers again', async () => {
    const webhook = await fixture.add(receiver.url, ['connection.state']);
    statuses(500);
    for (let nth = 0; nth < 4; nth++) await happens();
    const before = receiver.calls.length;
    await fixture.deliver(webhook);
    // One at a time while it fails, though eight wait; the first four are tried at once, since it did well before.
    expect(receiver.calls.length - before).toBe(5);
    expect(await fixture.read(webhook)).toMatchObject({ failures: 5, waiting: 8 });
    await fixture.deliver(webhook);
    expect(receiver.calls.length - before).toBe(5);
    receiver.answer((_call, response) => response.writeHead(200).end());
    await passTime('2 minutes');
    await fixture.deliver(webhook);
    expect(await fixture.read(webhook)).toMatchObject({ failures: 0, waiting: 0, failing_since: null });
  });

  test('with 410 wants nothing any more: it is switched off with its reason, and what waits is given up', async () => {
    const webhook = await fixture.add(receiver.url, ['connection.state']);
    await happens();
    await happens();
    statuses(410);
    await fixture.deliver(webhook);
    expect(await fixture.read(webhook)).toMatchObject({
      enabled: false,
      disabled_cause: 'gone',
      waiting: 0,
      failed: 4,
    });
    const audits = await fixture.rows<{ details: unknown }>(
      `select details from audit_log where tenant_id = $1 and action = 'webhooks.disable'`,
      [fixture.tenantId],
    );
    expect(audits).toEqual([{ details: { cause: 'gone', deliveries_given_up: 0 } }]);
  });

  test('that is switched off during a request is not tried again by itself', async () => {
    const webhook = await fixture.add(receiver.url, ['connection.state']);
    await changeConnection('degraded');
    await fixture.makeEvents();
    receiver.answer((_call, response) => {
      void patch(webhook, { enabled: false }).then(() => response.writeHead(500).end());
    });
    await fixture.deliver(webhook);
    expect(await fixture.read(webhook)).toMatchObject({ enabled: false, waiting: 0, failed: 1 });
  });

  test('with nothing but failures for a day is switched off', async () => {
    const webhook = await fixture.add(receiver.url, ['connection.state']);
    statuses(500);
    for (let nth = 0; nth < 12; nth++) await happens();
    for (let nth = 0; nth < 19; nth++) {
      await fixture.deliver(webhook);
      await passTime('70 seconds');
    }
    expect(await fixture.read(webhook)).toMatchObject({ enabled: true });
    await passTime('24 hours');
    await fixture.deliver(webhook);
    expect(await fixture.read(webhook)).toMatchObject({
      enabled: false,
      disabled_cause: 'failing',
      waiting: 0,
    });
  });
});

describe('a worker that dies', () => {
  test('after the request left: it is delivered again with the same id once the lease ends, and the log shows both', async () => {
    const webhook = await fixture.add(receiver.url, ['connection.state']);
    await changeConnection('degraded');
    await fixture.makeEvents();
    const before = receiver.calls.length;
    const failpoints = createFailpoints({
      name: 'webhook-posted',
      action: { kind: 'throw' },
      pass: 1,
    });
    await expect(fixture.deliver(webhook, { failpoints })).rejects.toThrow();
    // The lease is another worker's, and it may still be alive.
    await fixture.deliver(webhook);
    expect(receiver.calls.length - before).toBe(1);
    await passTime('1 minute');
    // The queue has forgotten everything, too.
    await fixture.rows('delete from outbox where tenant_id = $1', [fixture.tenantId]);
    const rung = await Promise.all(deliverySteps({ db: database.system }).map((step) => step.run()));
    expect(rung[0]).toBeGreaterThan(0);
    await fixture.deliver(webhook);
    const calls = receiver.calls.slice(before);
    expect(calls).toHaveLength(2);
    expect(new Set(calls.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    const [delivery] = await logOf(webhook);
    if (delivery === undefined) throw new Error('not in the log');
    expect(delivery).toMatchObject({ state: 'delivered', attempts: 1 });
    expect((await detailOf(delivery)).log.map(({ duration_ms: ms }) => ms === null)).toEqual([true, false]);
  });

  test('and comes back late changes nothing that another has decided since', async () => {
    const webhook = await fixture.add(receiver.url, ['connection.state']);
    await changeConnection('degraded');
    await fixture.makeEvents();
    receiver.answer((_call, response) => {
      receiver.answer((_second, answer) => answer.writeHead(200).end());
      // The lease ends while the first waits for its answer; another worker delivers.
      void passTime('1 hour')
        .then(() => fixture.deliver(webhook))
        .then(() => response.writeHead(500).end());
    });
    await fixture.deliver(webhook);
    const [delivery] = await logOf(webhook);
    expect(delivery).toMatchObject({ state: 'delivered', attempts: 1, status: 200 });
    expect(await fixture.read(webhook)).toMatchObject({ failures: 0 });
  });

  test('two at once share what is due: nothing goes out twice', async () => {
    const webhook = await fixture.add(receiver.url, ['connection.state']);
    for (let nth = 0; nth < 10; nth++) await happens();
    const before = receiver.calls.length;
    await Promise.all([fixture.deliver(webhook), fixture.deliver(webhook), fixture.deliver(webhook)]);
    const ids = receiver.calls.slice(before).map(({ headers }) => headers['webhook-id']);
    expect(ids).toHaveLength(20);
    expect(new Set(ids).size).toBe(20);
  });
});

describe('a tenant whose receivers are slow', () => {
  /** As many webhooks as a worker has places, each with an event that waits; and a worker. */
  const crowd = async (deps: Partial<DeliveryDeps> = {}) => {
    const webhooks: Webhook[] = [];
    for (let nth = 1; nth < webhookDelivery.concurrency; nth++) {
      webhooks.push(await fixture.add(`${receiver.url}/${nth}`, ['connection.state']));
    }
    const last = await fixture.add(`${receiver.url}/last`, ['connection.state']);
    await changeConnection('degraded');
    await fixture.makeEvents();
    await fixture.rows('delete from outbox where tenant_id = $1', [fixture.tenantId]);
    const waiting: (() => void)[] = [];
    receiver.answer((_call, response) => waiting.push(() => response.writeHead(204).end()));
    const { tenantId, credentials } = fixture;
    const rules = { allowsPrivate: true };
    const handle = createDeliveryHandler({ db: database.system, credentials, rules, ...deps });
    const { signal } = new AbortController();
    const ring = (webhook: Webhook): Promise<void> => {
      const payload = { tenantId, endpointId: idsOf(webhook).webhook_id };
      return handle({ payload, attempt: 1, signal, closing: signal });
    };
    /** Milliseconds until the next ring of each endpoint. */
    const rings = async (): Promise<Map<string, number>> => {
      const rows = await fixture.rows<{ endpointId: string; waitMs: number }>(
        `select payload ->> 'endpointId' as "endpointId",
           min(extract(epoch from due_at - clock_timestamp()))::float8 * 1000 as "waitMs"
         from outbox where tenant_id = $1 group by 1`,
        [tenantId],
      );
      return new Map(rows.map(({ endpointId, waitMs }) => [endpointId, waitMs]));
    };
    return { webhooks, last, waiting, ring, rings };
  };

  test('never has all places of a worker: its next endpoint comes again a second later', async () => {
    const { webhooks, last, waiting, ring, rings } = await crowd();
    const turns = webhooks.map(ring);
    await expect.poll(() => waiting.length).toBe(turns.length);
    await ring(last);
    expect(waiting).toHaveLength(turns.length);
    const [[endpointId, waitMs] = []] = await rings();
    expect(endpointId).toBe(idsOf(last).webhook_id);
    expect(waitMs).toBeGreaterThan(0);
    for (const answer of waiting.splice(0)) answer();
    await Promise.all(turns);
    receiver.answer((_call, response) => response.writeHead(204).end());
    await ring(last);
    expect(await fixture.read(last)).toMatchObject({ waiting: 0 });
  });

  test('has its endpoints take turns: one that has more steps back for one that waits', async () => {
    const { webhooks, last, waiting, ring, rings } = await crowd({ requestTimeoutMs: 500 });
    const turns = webhooks.map(ring);
    await expect.poll(() => waiting.length).toBe(turns.length);
    await ring(last);
    await Promise.all(turns);
    const found = await rings();
    const lastMs = found.get(idsOf(last).webhook_id) ?? Infinity;
    expect(webhooks.some((webhook) => (found.get(idsOf(webhook).webhook_id) ?? 0) > lastMs)).toBe(true);
  });
});

describe('somebody', () => {
  test('sees the secret once: repeated, the request makes no second webhook and tells nothing', async () => {
    const given = { body: { url: receiver.url, types: ['message.received'] }, idempotencyKey: 'once' };
    const first = await fixture.call<WebhookWithSecret>('POST /webhooks', given);
    expect(first.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const again = await fixture.call<WebhookWithSecret>('POST /webhooks', given);
    expect(again).toMatchObject({ id: first.id, secret: null });
    const stored = await fixture.rows<{ sealed: Buffer }>('select sealed from webhook_secrets');
    for (const { sealed } of stored) expect(sealed.toString('latin1')).not.toContain(first.secret);
    await expect(
      fixture.call('POST /webhooks', { ...given, body: { ...given.body, url: `${receiver.url}/x` } }),
    ).rejects.toMatchObject({ code: 'idempotency_key_reused' });
  });

  test('changes the secret: for a day both sign, then the new one alone', async () => {
    const webhook = await fixture.add(receiver.url, ['connection.state']);
    const rotate = { ids: idsOf(webhook), idempotencyKey: 'rotate' };
    const line = 'POST /webhooks/:webhook_id/rotate-secret';
    const changed = await fixture.call<WebhookWithSecret>(line, rotate);
    expect(changed.previous_secret_until).not.toBeNull();
    expect(await fixture.call(line, rotate)).toMatchObject({ secret: null });
    const good = async (): Promise<number[]> => {
      await changeConnection('degraded');
      await changeConnection('connected');
      await fixture.makeEvents();
      await fixture.deliver(webhook);
      const call = receiver.calls.at(-1);
      if (call === undefined) throw new Error('nothing came');
      return [webhook.secret, changed.secret].map((secret) => goodSignatures(call, secret ?? ''));
    };
    expect(await good()).toEqual([1, 1]);
    await fixture.rows(
      `update webhook_secrets set expires_at = expires_at - interval '25 hours' where tenant_id = $1`,
      [fixture.tenantId],
    );
    expect(await good()).toEqual([0, 1]);
  });

  test('tries a webhook that is switched off; the test is made once and says nothing about its health', async () => {
    const webhook = await fixture.add(receiver.url, ['message.received']);
    await patch(webhook, { enabled: false });
    statuses(500);
    await fixture.call('POST /webhooks/:webhook_id/test', { ids: idsOf(webhook) });
    await fixture.deliver(webhook);
    expect(JSON.parse(receiver.calls.at(-1)?.body ?? '')).toMatchObject({ type: 'webhook.test' });
    expect((await logOf(webhook))[0]).toMatchObject({ type: 'webhook.test', state: 'failed', attempts: 1 });
    expect(await fixture.read(webhook)).toMatchObject({ failures: 0, disabled_cause: 'user' });
  });

  test('sends one event again: the same id and the same bytes', async () => {
    const webhook = await fixture.add(receiver.url, ['connection.state']);
    await changeConnection('degraded');
    await fixture.makeEvents();
    await fixture.deliver(webhook);
    const [delivery] = await logOf(webhook);
    if (delivery === undefined) throw new Error('not in the log');
    await fixture.call('POST /webhook-deliveries/:delivery_id/resend', { ids: deliveryIds(delivery) });
    await fixture.deliver(webhook);
    const [first, second] = receiver.calls.slice(-2);
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    expect(second?.body).toBe(first?.body);
    await patch(webhook, { enabled: false });
    await expect(
      fixture.call('POST /webhook-deliveries/:delivery_id/resend', { ids: deliveryIds(delivery) }),
    ).rejects.toMatchObject({ code: 'conflict' });
  });

  test('recovers everything that was given up since a time', async () => {
    const webhook = await fixture.add(receiver.url, ['connection.state']);
    await happens();
    await patch(webhook, { enabled: false });
    await patch(webhook, { enabled: true });
    await happens();
    await fixture.deliver(webhook);
    expect(await fixture.read(webhook)).toMatchObject({ failed: 2 });
    const recover = (since: Date): Promise<WebhookRecovered> =>
      fixture.call('POST /webhooks/:webhook_id/recover', {
        ids: idsOf(webhook),
        body: { since: since.toISOString() },
      });
    expect(await recover(new Date(Date.now() + 60_000))).toEqual({ recovered: 0 });
    const before = receiver.calls.length;
    expect(await recover(new Date(Date.now() - 60_000))).toEqual({ recovered: 2 });
    await fixture.deliver(webhook);
    expect(receiver.calls.length - before).toBe(2);
    expect(await fixture.read(webhook)).toMatchObject({ failed: 0, waiting: 0 });
  });

  test('has ten webhooks at most, and none that leads inside', async () => {
    for (let nth = 0; nth < 10; nth++) await fixture.add(receiver.url, ['message.received']);
    await expect(fixture.add(receiver.url, ['message.received'])).rejects.toMatchObject({ code: 'conflict' });
    await expect(fixture.add('http://169.254.169.254/latest', ['message.received'])).rejects.toMatchObject({
      code: 'webhook_url_refused',
      details: { problem: 'private_address' },
    });
  });
});
