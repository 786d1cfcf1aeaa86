import type { TenantScope } from '@zaphub/db';
import { createTenant, useTestDatabase } from '@zaphub/testing';
import {
  type DeadLetter,
  type DeadLetterCauses,
  type DeadLetterDetail,
  type DiscardResult,
  type Page,
  type RedriveResult,
  toPublicId,
} from '@zaphub/types';
import { beforeEach, describe, expect, test } from 'vitest';
import { callRoute, type RouteCall } from '../call-route.ts';
import { type LedgerFixture, ledgerFixture, outcomeFor } from '../ledger-fixture.ts';
import { applyReceipts, endClaim, finishCampaign, recordOutcomes, markSending } from '../messages/index.ts';
import { verifyLedger } from '../verify/index.ts';
import { deadLetterRoutes } from './index.ts';

const database = useTestDatabase();
let ledger: LedgerFixture;
let scope: TenantScope;

beforeEach(async () => {
  ledger = await ledgerFixture(database, { recipients: 6 });
  scope = {
    tenantId: ledger.tenantId,
    actor: { kind: 'user', userId: ledger.ownerId },
    role: 'operator',
  };
});

const call = <T>(line: string, given: RouteCall = {}): Promise<T> =>
  callRoute<T>(deadLetterRoutes, line, { db: database.api, scope }, given);
const causes = () => call<DeadLetterCauses>('GET /dead-letters');
const listed = (query: Record<string, string> = {}) =>
  call<Page<DeadLetter>>('GET /dead-letters/messages', { query });
const redriveAll = (code: string) =>
  call<RedriveResult>('POST /dead-letters/redrive', { body: { cause: causeOf(code) } });
const causeOf = (code: string) => ({
  campaign_id: toPublicId('campaign', ledger.campaignId),
  connection_id: toPublicId('connection', ledger.connectionId),
  code,
});
const run = (text: string, values: unknown[]) => database.system.system((tx) => tx.rows(text, values));

/** Everybody's message ends with this answer of the network; answers the ids, in the order of sending. */
async function everybodyGets(
  outcome: Parameters<typeof outcomeFor>[1],
  kind: 'fresh' | 'retry' = 'fresh',
): Promise<string[]> {
  const claim = await ledger.claim({ kind });
  if (!claim) throw new Error('nothing is due');
  const { messages, fence } = claim;
  const statement = database.system.statement;
  await markSending(statement, { campaignId: ledger.campaignId, fence, messages });
  await recordOutcomes(
    statement,
    ledger.ref(claim),
    messages.map((message) => outcomeFor(message, outcome)),
  );
  await endClaim(statement, fence);
  return messages.map(({ id }) => id);
}

const refused = {
  kind: 'refused',
  code: 'recipient_unavailable',
  error: { code: 131026, details: 'Message undeliverable', httpStatus: 400, traceId: 'AbC' },
} as const;

const finish = () => finishCampaign(database.system.statement, ledger.campaignId);
const statusOf = async () =>
  (await run('select status, finished_at from campaigns where id = $1', [ledger.campaignId]))[0];
const publicIds = (ids: readonly string[]) => ids.map((id) => toPublicId('message', id));

/** What `zaphub verify` finds; the fixture's tenant alone uses this database's ledger now. */
async function violations(): Promise<unknown[]> {
  const report = await verifyLedger(database.system, { campaignId: ledger.campaignId });
  return report.invariants.filter(({ isKept }) => !isKept);
}

describe('messages that came to nothing', () => {
  test('are listed by cause, with what the network said, and read one by one', async () => {
    const ids = await everybodyGets(refused);
    expect(await causes()).toEqual({
      data: [
        {
          ...causeOf('recipient_unavailable'),
          campaign_name: 'Test',
          is_direct: false,
          connection_name: 'Simulator',
          class: 'recipient',
          provider_codes: [131026],
          count: 6,
          first_at: expect.any(String),
          last_at: expect.any(String),
        },
      ],
      has_more: false,
      total: 6,
    });
    const page = await listed({ ...causeOf('recipient_unavailable'), limit: '4' });
    expect(page).toMatchObject({ has_more: true });
    const rest = await listed({
      ...causeOf('recipient_unavailable'),
      limit: '4',
      cursor: page.next_cursor ?? '',
    });
    expect(new Set([...page.data, ...rest.data].map((each) => each.message_id))).toEqual(
      new Set(publicIds(ids)),
    );
    expect(page.data[0]).toMatchObject({ state: 'dlq', class: 'recipient', obstacle: null, requests: 1 });
    const detail = await call<DeadLetterDetail>('GET /dead-letters/:message_id', {
      ids: { message_id: ids[0] ?? '' },
    });
    expect(detail.tries).toMatchObject([
      {
        outcome: 'refused',
        code: 'recipient_unavailable',
        class: 'recipient',
        provider_code: 131026,
        http_status: 400,
        trace_id: 'AbC',
        detail: 'Message undeliverable',
      },
    ]);
  });

  test('leave the list when a receipt says that they arrived after all', async () => {
    const [id = ''] = await everybodyGets(refused);
    await applyReceipts(database.system.statement, [{ messageId: id, kind: 'delivered', at: new Date() }]);
    expect((await causes()).total).toBe(5);
  });

  test('are on it when the network took them and failed later', async () => {
    const [id = ''] = await everybodyGets({ kind: 'sent', providerMessageId: 'w1' });
    await applyReceipts(database.system.statement, [
      { messageId: id, kind: 'failed', at: new Date(), code: 'recipient_blocked' },
    ]);
    const { data } = await listed();
    expect(data).toMatchObject([{ message_id: toPublicId('message', id), code: 'recipient_blocked' }]);
    // The simulated network knows messages by our id: asked again it would answer like the first time.
    expect(data[0]?.obstacle).toBe('already_accepted');
    expect(await redriveAll('recipient_blocked')).toEqual({ redriven: 0, left: { already_accepted: 1 } });
  });
});

describe('sent again', () => {
  test('all of a cause, they are due at once, counted once, and their completed campaign runs', async () => {
    await everybodyGets(refused);
    expect(await finish()).toBe(true);
    expect(await redriveAll('recipient_unavailable')).toEqual({ redriven: 6, left: {} });
    expect(await statusOf()).toEqual({ status: 'running', finished_at: null });
    expect(await ledger.counters()).toEqual({});
    expect((await causes()).total).toBe(0);
    expect(await violations()).toEqual([]);
    const rung = await run(`select payload from outbox where tenant_id = $1 and job = 'message.send'`, [
      ledger.tenantId,
    ]);
    expect(rung).toEqual([{ payload: { tenantId: ledger.tenantId, connectionId: ledger.connectionId } }]);

    await everybodyGets({ kind: 'sent', providerMessageId: 'w1' }, 'retry');
    expect(await finish()).toBe(true);
    expect(await ledger.counters()).toEqual({ sent: 6 });
    expect(await violations()).toEqual([]);
  });

  test('a second time, nothing is found', async () => {
    await everybodyGets(refused);
    await redriveAll('recipient_unavailable');
    expect(await redriveAll('recipient_unavailable')).toEqual({ redriven: 0, left: {} });
    expect((await ledger.states())['pending']).toBe(6);
  });

  test('by two people at once, each goes back once', async () => {
    await everybodyGets(refused);
    const results = await Promise.all([1, 2, 3].map(() => redriveAll('recipient_unavailable')));
    expect(results.reduce((sum, { redriven }) => sum + redriven, 0)).toBe(6);
    expect(await ledger.counters()).toEqual({});
    expect(await violations()).toEqual([]);
  });

  test('whoever opted out, was deleted or has no number stays where they are', async () => {
    const ids = await everybodyGets(refused);
    const [out = '', gone = ''] = ledger.contactIds;
    await run('update contacts set opted_out_at = now() where id = $1', [out]);
    await run('delete from contacts where id = $1', [gone]);
    await run('update messages set recipient = null where contact_id = $1', [ledger.contactIds[2]]);
    const body = { message_ids: publicIds(ids) };
    expect(await call<RedriveResult>('POST /dead-letters/redrive', { body })).toEqual({
      redriven: 3,
      left: { opted_out: 1, contact_deleted: 1, no_phone: 1 },
    });
    const { data } = await listed();
    expect(new Set(data.map(({ obstacle }) => obstacle))).toEqual(
      new Set(['contact_deleted', 'no_phone', 'opted_out']),
    );
    expect(await violations()).toEqual([]);
  });

  test('a cancelled campaign stays cancelled', async () => {
    await everybodyGets(refused);
    await run(`update campaigns set status = 'cancelled' where id = $1`, [ledger.campaignId]);
    expect(await redriveAll('recipient_unavailable')).toEqual({ redriven: 0, left: { campaign_over: 6 } });
    expect(await statusOf()).toMatchObject({ status: 'cancelled' });
  });

  test('one by one, with why not where it cannot be', async () => {
    const [id = ''] = await everybodyGets(refused);
    const retry = () =>
      call<{ state: string }>('POST /messages/:message_id/retry', { ids: { message_id: id } });
    expect(await retry()).toEqual({ id: toPublicId('message', id), state: 'pending' });
    await expect(retry()).rejects.toMatchObject({ code: 'conflict', details: { obstacle: 'not_failed' } });
    expect(await ledger.states()).toEqual({ pending: 1, dlq: 5 });
  });

  test('what was tried as often as it may be gets as many tries again', async () => {
    const claim = await ledger.claim({ limit: 1 });
    const [message] = claim?.messages ?? [];
    if (!claim || !message) throw new Error('nothing is due');
    const last = outcomeFor({ ...message, requests: 19 }, { kind: 'not_sent', code: 'throttled' });
    const next = outcomeFor({ ...message, requests: 20 }, { kind: 'not_sent', code: 'throttled' });
    const again = outcomeFor({ ...message, requests: 39 }, { kind: 'not_sent', code: 'throttled' });
    expect([last.state, next.state, again.state]).toEqual(['dlq', 'pending', 'dlq']);
  });

  describe('what comes late about the first request', () => {
    const about = (
      id: string,
      providerMessageId: string | undefined,
      kind: 'sent' | 'delivered' | 'failed',
    ) =>
      applyReceipts(database.system.statement, [
        {
          messageId: id,
          kind,
          at: new Date(),
          ...(providerMessageId === undefined ? {} : { providerMessageId }),
          ...(kind === 'failed' ? { code: 'recipient_blocked' } : {}),
        },
      ]);
    const rowOf = async (id: string) =>
      (await run('select state, provider_message_id as "networkId" from messages where id = $1', [id]))[0];
    /** One message that was taken as `w1`, failed, and is sent again. */
    const sentAgain = async (): Promise<string> => {
      await run(`update connections set provider = 'cloud-api' where id = $1`, [ledger.connectionId]);
      const [id = ''] = await everybodyGets({ kind: 'sent', providerMessageId: 'w1' });
      await about(id, 'w1', 'failed');
      expect((await redriveAll('recipient_blocked')).redriven).toBe(1);
      return id;
    };
    /** The claimed row is marked, and its answer has not come. */
    const underWay = async () => {
      const claim = await ledger.claim({ kind: 'retry' });
      if (!claim) throw new Error('nothing is due');
      await markSending(database.system.statement, { campaignId: ledger.campaignId, ...claim });
      return claim;
    };

    test('does not end the second, neither as it waits nor as it is under way', async () => {
      const id = await sentAgain();
      const late = async () => {
        await about(id, 'w1', 'sent');
        await about(id, 'w1', 'failed');
      };
      await late();
      await about(id, undefined, 'failed');
      expect(await rowOf(id)).toEqual({ state: 'pending', networkId: null });
      await underWay();
      await late();
      expect(await rowOf(id)).toEqual({ state: 'sending', networkId: null });
      expect(await ledger.counters()).toEqual({ sent: 5 });
    });

    test('is known however often it was sent again', async () => {
      const id = await sentAgain();
      await everybodyGets({ kind: 'sent', providerMessageId: 'w2' }, 'retry');
      await about(id, 'w2', 'failed');
      expect((await redriveAll('recipient_blocked')).redriven).toBe(1);
      await underWay();
      for (const old of ['w1', 'w2']) await about(id, old, 'failed');
      expect(await rowOf(id)).toEqual({ state: 'sending', networkId: null });
    });

    test('spares the second when the first arrived after all', async () => {
      const id = await sentAgain();
      await about(id, 'w1', 'delivered');
      expect(await rowOf(id)).toEqual({ state: 'delivered', networkId: 'w1' });
      expect(await ledger.counters()).toEqual({ sent: 5, delivered: 1 });
      expect(await violations()).toEqual([]);
    });

    test('does not hide what is said of the second before its own answer', async () => {
      const id = await sentAgain();
      await underWay();
      await about(id, 'w1', 'failed');
      await about(id, 'w2', 'failed');
      expect(await rowOf(id)).toEqual({ state: 'dlq', networkId: 'w2' });
      expect((await causes()).total).toBe(1);
      expect(await ledger.counters()).toEqual({ sent: 5, dlq: 1 });
    });
  });
});

describe('a wrong number', () => {
  const patch = (id: string, phone: string) =>
    call<DeadLetterDetail>('PATCH /dead-letters/:message_id', { ids: { message_id: id }, body: { phone } });

  test('is corrected for the contact and the message, as it is written in the country', async () => {
    const [id = ''] = await everybodyGets(refused);
    const detail = await patch(id, '(11) 91234-5678');
    expect(detail.recipient).toBe('+5511912345678');
    const contacts = await run(
      'select c.phone from contacts c join messages m on m.contact_id = c.id where m.id = $1',
      [id],
    );
    expect(contacts).toEqual([{ phone: '+5511912345678' }]);
    expect(await ledger.states()).toEqual({ dlq: 6 });
  });

  test('that is none, or somebody else’s, changes nothing', async () => {
    const [id = '', other = ''] = await everybodyGets(refused);
    const taken = await call<DeadLetterDetail>('GET /dead-letters/:message_id', {
      ids: { message_id: other },
    });
    await expect(patch(id, '12')).rejects.toMatchObject({
      code: expect.stringMatching(/phone_invalid|invalid_body/),
    });
    await expect(patch(id, taken.recipient ?? '')).rejects.toMatchObject({ code: 'conflict' });
    const same = await call<DeadLetterDetail>('GET /dead-letters/:message_id', { ids: { message_id: id } });
    expect(same.recipient).not.toBe(taken.recipient);
  });
});

test('discarded messages stay failed, and leave the list', async () => {
  const ids = await everybodyGets(refused);
  const body = { message_ids: publicIds(ids.slice(0, 2)) };
  const discard = () => call<DiscardResult>('POST /dead-letters/discard', { body });
  expect(await discard()).toEqual({ discarded: 2 });
  expect(await discard()).toEqual({ discarded: 0 });
  expect((await causes()).total).toBe(4);
  expect(await ledger.counters()).toEqual({ dlq: 6 });
});

test('everything done is in the log, once, with who did it', async () => {
  const [id = '', other = ''] = await everybodyGets(refused);
  await call('PATCH /dead-letters/:message_id', {
    ids: { message_id: id },
    body: { phone: '+5511912345678' },
  });
  await call('POST /dead-letters/discard', { body: { message_ids: publicIds([other]) } });
  await redriveAll('recipient_unavailable');
  await redriveAll('recipient_unavailable');
  const log = await run(
    'select actor_id, action, subject, details from audit_log where tenant_id = $1 order by id',
    [ledger.tenantId],
  );
  const by = { actor_id: ledger.ownerId };
  expect(log).toMatchObject([
    {
      ...by,
      action: 'dead_letters.correct_number',
      subject: toPublicId('message', id),
      details: { messages: 1 },
    },
    {
      ...by,
      action: 'dead_letters.discard',
      subject: toPublicId('message', other),
      details: { discarded: 1 },
    },
    {
      ...by,
      action: 'dead_letters.redrive',
      subject: toPublicId('campaign', ledger.campaignId),
      details: { code: 'recipient_unavailable', redriven: 5 },
    },
  ]);
});

test('another tenant’s messages are like none', async () => {
  const ids = await everybodyGets(refused);
  const stranger = await createTenant(database.system);
  scope = { ...scope, tenantId: stranger.tenantId };
  expect((await causes()).data).toEqual([]);
  for (const line of ['redrive', 'discard'] as const) {
    for (const body of [{ message_ids: publicIds(ids) }, { cause: causeOf('recipient_unavailable') }]) {
      await expect(call(`POST /dead-letters/${line}`, { body })).rejects.toMatchObject({ code: 'not_found' });
    }
  }
  expect(await ledger.states()).toEqual({ dlq: 6 });
});
