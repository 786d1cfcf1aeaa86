import { randomUUID } from 'node:crypto';
import { systemScope } from '@zaphub/db';
import { deleteOldEvents, publish } from '@zaphub/features';
import { createTenant, type TestTenant } from '@zaphub/testing';
import { liveEvent, problem, toPublicId } from '@zaphub/types';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { useTestApi } from '../testing/test-api.ts';
import { mintToken } from '../testing/mint-token.ts';
import { eventually } from '../testing/eventually.ts';

const api = useTestApi({ hub: { recheckMs: 100, heartbeatMs: 50 } });
let a: TestTenant;
let b: TestTenant;
beforeAll(async () => {
  a = await createTenant(api.system);
  b = await createTenant(api.system);
});

const aborts: AbortController[] = [];
afterEach(() => {
  for (const abort of aborts.splice(0)) abort.abort();
});

interface Stream {
  readonly text: string;
  readonly isEnded: boolean;
  /** The names of the campaigns or imports in the events that came. */
  readonly ids: readonly string[];
  readonly lastId: string | undefined;
}

async function open(
  query: string,
  options: { as: string; claims?: Record<string, unknown>; lastEventId?: string },
): Promise<Stream> {
  const abort = new AbortController();
  aborts.push(abort);
  const token = await mintToken(options.as, options.claims);
  const response = await api.call(`/api/v1/events${query}`, {
    headers: {
      authorization: `Bearer ${token}`,
      'accept-encoding': 'br, gzip',
      ...(options.lastEventId === undefined ? {} : { 'last-event-id': options.lastEventId }),
    },
    signal: abort.signal,
  });
  expect([response.status, response.headers.get('content-type')]).toEqual([
    200,
    'text/event-stream; charset=utf-8',
  ]);
  expect(response.headers.get('content-encoding')).toBeNull();
  const state = { text: '', isEnded: false };
  const read = async (): Promise<void> => {
    try {
      for await (const part of response.body ?? []) state.text += Buffer.from(part).toString();
    } catch {
      // Cut off: ended either way.
    }
    state.isEnded = true;
  };
  void read();
  await eventually(() => expect(state.text).toMatch(/^(id|event): /m));
  return {
    get text() {
      return state.text;
    },
    get isEnded() {
      return state.isEnded;
    },
    get ids() {
      const data = [...state.text.matchAll(/^data: (.*)$/gm)].map(([, json]) =>
        liveEvent.parse(JSON.parse(json ?? '')),
      );
      return data.flatMap((event) => (event.type === 'campaign.changed' ? [event.data.id] : []));
    },
    get lastId() {
      return [...state.text.matchAll(/^id: (.*)$/gm)].at(-1)?.[1];
    },
  };
}

const counters = {
  total: 1,
  open: 1,
  sent: 0,
  delivered: 0,
  read: 0,
  failed: 0,
  dlq: 0,
  skipped: 0,
  unknown: 0,
};

/** A campaign as small as one can be; answers its UUID. */
async function makeCampaign(tenant: TestTenant): Promise<string> {
  const { id } = await api.system.system((tx) =>
    tx.one<{ id: string }>(
      `insert into campaigns (tenant_id, name, body, connection_id, audience)
       values ($1, 'x', 'x', $2, '{"kind":"all"}') returning id`,
      [tenant.tenantId, tenant.connectionId],
    ),
  );
  return id;
}

/** Tells the tenant that a campaign changed; answers the campaign's public id. */
async function change(tenant: TestTenant, campaign: string = randomUUID()): Promise<string> {
  const scope = systemScope(tenant.tenantId);
  const id = toPublicId('campaign', campaign);
  await api.api.tenant(scope, (tx) =>
    publish(tx, scope, `campaign:${campaign}`, {
      type: 'campaign.changed',
      data: { id, status: 'running', counters, rate_per_second: null },
    }),
  );
  return id;
}

describe('the event stream', () => {
  test('carries what is published in the tenant, and nothing of another', async () => {
    const stream = await open('', { as: a.ownerId });
    await change(b);
    const first = await change(a);
    const second = await change(a);
    await eventually(() => expect(stream.ids).toEqual([first, second]));
    await eventually(() => expect(stream.text).toContain(': heartbeat'));
  });

  test('replays after Last-Event-ID, in the header or in the address', async () => {
    const before = await open('', { as: a.ownerId });
    const missed = [await change(a), await change(a)];
    const byHeader = await open('', {
      as: a.ownerId,
      lastEventId: String(before.text.match(/^id: (.*)$/m)?.[1]),
    });
    await eventually(() => expect(byHeader.ids).toEqual(missed));
    await eventually(() => expect(before.ids).toHaveLength(2));
    const byAddress = await open(
      `?last_event_id=${byHeader.lastId?.replace(/\d+$/, (n) => String(Number(n) - 1))}`,
      {
        as: a.ownerId,
      },
    );
    await eventually(() => expect(byAddress.ids).toEqual(missed.slice(1)));
  });

  test('shows nothing of B to A, whatever id of B’s events A comes with', async () => {
    const ofB = [await change(b), await change(b)];
    const head = await open('', { as: b.ownerId });
    const [epoch, offset] = (head.lastId ?? '').split('.').map(Number);
    for (const lastEventId of [
      `${epoch}.0`,
      `${epoch}.${Number(offset) - 1}`,
      `${epoch}.${offset}`,
      `${epoch}.${Number(offset) + 5}`,
    ]) {
      const stream = await open('', { as: a.ownerId, lastEventId });
      const marker = await change(a);
      await eventually(() => expect(stream.ids).toContain(marker));
      for (const id of ofB) expect(stream.ids).not.toContain(id);
    }
  });

  test('carries the topics that were asked for, and no others of the tenant', async () => {
    const mine = await makeCampaign(a);
    const stream = await open(`?topics=campaign:${toPublicId('campaign', mine)}`, { as: a.ownerId });
    await change(a);
    const id = await change(a, mine);
    await eventually(() => expect(stream.ids).toEqual([id]));
  });

  test('refuses a topic of another tenant as one that does not exist, alone or beside an own one', async () => {
    const mine = await makeCampaign(a);
    const ofB = await makeCampaign(b);
    const answers = await Promise.all(
      [[ofB], [randomUUID()], [mine, ofB], [mine, randomUUID()]].map(async (campaigns) => {
        const topics = campaigns.map((id) => `campaign:${toPublicId('campaign', id)}`).join(',');
        const response = await api.call(`/api/v1/events?topics=${topics}`, { as: a.ownerId });
        const { code, detail } = problem.parse(await response.json());
        return { status: response.status, code, detail };
      }),
    );
    expect(answers[0]).toMatchObject({ status: 404, code: 'not_found' });
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  });

  test.each(['campaign:nothing', 'contact:x', 'campaign:', 'imp_x', Array(51).fill('campaign:x').join(',')])(
    'refuses the topics %s',
    async (topics) => {
      const response = await api.call(`/api/v1/events?topics=${topics}`, { as: a.ownerId });
      expect([response.status, problem.parse(await response.json()).code]).toEqual([400, 'bad_request']);
    },
  );

  test('says reset when what was missed is no longer kept', async () => {
    const tenant = await createTenant(api.system);
    await change(tenant);
    await change(tenant);
    await change(tenant);
    expect(await deleteOldEvents(api.system, { keepMs: 60_000 })).toBe(0);
    expect(await deleteOldEvents(api.system, { keepMs: -1000, batchSize: 2 })).toBeGreaterThanOrEqual(3);
    const { epoch } = await api.system.system((tx) =>
      tx.one<{ epoch: number }>('select epoch from event_heads where tenant_id = $1', [tenant.tenantId]),
    );
    const stream = await open('', { as: tenant.ownerId, lastEventId: `${epoch}.1` });
    expect(stream.text).toContain('"type":"reset","data":{"reason":"too_old"}');
    const id = await change(tenant);
    await eventually(() => expect(stream.ids).toEqual([id]));
  });

  test('ends when the token does', async () => {
    const exp = Math.floor(Date.now() / 1000) + 1;
    const stream = await open('', { as: a.ownerId, claims: { exp } });
    await eventually(() => expect(stream.isEnded).toBe(true));
    expect(stream.text).toContain('token_expired');
  });

  test('ends soon after the member was removed', async () => {
    const member = randomUUID();
    await api.system.system((tx) =>
      tx.run(`insert into members (tenant_id, user_id, role, email) values ($1, $2, 'viewer', 'x')`, [
        a.tenantId,
        member,
      ]),
    );
    const stream = await open('', { as: member });
    await api.system.system((tx) => tx.run('delete from members where user_id = $1', [member]));
    await eventually(() => expect(stream.isEnded).toBe(true));
    expect(stream.text).toContain('not_allowed');
    const again = await api.call('/api/v1/events', { as: member });
    expect(again.status).toBe(403);
  });

  test('is not begun by HEAD', async () => {
    const response = await api.call('/api/v1/events', { as: a.ownerId, method: 'HEAD' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET']);
  });

  test('an event that is not one of the contract is refused before it is stored', async () => {
    const scope = systemScope(a.tenantId);
    const wrong = api.api.tenant(scope, (tx) =>
      // A mistake that the compiler would catch, made by hand.
      publish(tx, scope, 'campaign:x', { type: 'campaign.changed', data: {} } as never),
    );
    await expect(wrong).rejects.toThrow();
  });
});
