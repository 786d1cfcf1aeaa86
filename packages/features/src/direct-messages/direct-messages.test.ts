import { createContacts, createTenant, type TestTenant, useTestDatabase } from '@zaphub/testing';
import { toPublicId } from '@zaphub/types';
import type { DirectMessage, MessageContent, MessageDetail, Page } from '@zaphub/types';
import { describe, expect, test } from 'vitest';
import { callRoute, type RouteCall } from '../call-route.ts';
import { createDirectMessage } from './actions/create-direct-message.ts';
import { directChannel } from './direct-channel.ts';
import { directMessageRoutes } from './routes.ts';

const database = useTestDatabase();
const text = (words: string): MessageContent => ({ kind: 'text', text: words });

interface Stage extends TestTenant {
  readonly contactIds: readonly string[];
  make(input?: Record<string, unknown>): Promise<{ messageId: string; isNew: boolean }>;
  call<T>(line: string, call: RouteCall): Promise<T>;
  count(query: string): Promise<number>;
}

async function open(): Promise<Stage> {
  const tenant = await createTenant(database.system);
  const contactIds = await createContacts(database.system, tenant.tenantId, { count: 2 });
  const { scope, connectionId } = tenant;
  let keys = 0;
  return {
    ...tenant,
    contactIds,
    make: (input = {}) =>
      database.api.tenant(scope, (tx) =>
        createDirectMessage(tx, scope, {
          connectionId,
          contactId: contactIds[0] ?? '',
          content: text('Hello'),
          idempotencyKey: `test:${++keys}`,
          ...input,
        }),
      ),
    call: (line, call) => callRoute(directMessageRoutes, line, { db: database.api, scope }, call),
    count: (query) => database.system.system((tx) => tx.run(query, [tenant.tenantId])),
  };
}

describe('a direct message', () => {
  test('is a row of the hidden campaign of its connection, and workers are told', async () => {
    const stage = await open();
    const told: string[] = [];
    const listener = await database.system.listen(directChannel, (payload) => told.push(payload));
    const { messageId, isNew } = await stage.make();
    await stage.make({ to: '+5511912345678', contactId: undefined });
    expect(isNew).toBe(true);
    await expect.poll(() => told).toEqual(Array(2).fill(`${stage.tenantId} ${stage.connectionId}`));
    await listener.close();
    const rows = await database.system.system((tx) =>
      tx.rows(
        `select m.position, m.direct, m.recipient is not null as addressed, c.kind, c.status, n.total
         from messages m join campaigns c on c.id = m.campaign_id join campaign_counters n on n.campaign_id = c.id
         where m.tenant_id = $1 order by position`,
        [stage.tenantId],
      ),
    );
    const row = { direct: true, addressed: true, kind: 'direct', status: 'running', total: 2 };
    expect(rows).toEqual([
      { ...row, position: 1 },
      { ...row, position: 2 },
    ]);
    expect(await stage.count(`select from contacts where tenant_id = $1 and phone = '+5511912345678'`)).toBe(
      1,
    );
    const shown = await stage.call<MessageDetail>('GET /messages/:message_id', {
      ids: { message_id: messageId },
    });
    expect(shown).toMatchObject({
      state: 'pending',
      campaign_id: null,
      content: { kind: 'text', text: 'Hello' },
      trace: [],
    });
  });

  test('is made once for a key, and another one is refused under it', async () => {
    const stage = await open();
    const many = await Promise.all([1, 2, 3].map(() => stage.make({ idempotencyKey: 'test:same' })));
    expect(new Set(many.map(({ messageId }) => messageId)).size).toBe(1);
    expect(many.filter(({ isNew }) => isNew)).toHaveLength(1);
    await expect(stage.make({ idempotencyKey: 'test:same', content: text('Other') })).rejects.toMatchObject({
      code: 'idempotency_key_reused',
    });
    expect(await stage.count('select from messages where tenant_id = $1')).toBe(1);
    await stage.count(`update idempotency_keys set expires_at = now() where tenant_id = $1`);
    expect((await stage.make({ idempotencyKey: 'test:same', content: text('Other') })).isNew).toBe(true);
  });

  test('does not go to somebody who opted out, unless it confirms that', async () => {
    const stage = await open();
    await stage.count('update contacts set opted_out_at = now() where tenant_id = $1');
    await expect(stage.make()).rejects.toMatchObject({ code: 'contact_opted_out' });
    expect((await stage.make({ despiteOptOut: 'confirmation' })).isNew).toBe(true);
  });

  test('needs an address, and a connection and a contact of the tenant', async () => {
    const stage = await open();
    const other = await open();
    await stage.count('update contacts set phone = null where tenant_id = $1');
    await expect(stage.make()).rejects.toMatchObject({ code: 'contact_unreachable' });
    expect((await stage.make({ address: 'BR.123' })).isNew).toBe(true);
    for (const foreign of [{ connectionId: other.connectionId }, { contactId: other.contactIds[0] ?? '' }]) {
      await expect(stage.make(foreign)).rejects.toMatchObject({ code: 'not_found' });
    }
  });

  test('is not taken for a number that was deleted; an opt-out that it heard is not lost by that', async () => {
    const stage = await open();
    await stage.make();
    await stage.count('update connections set deleted_at = now() where tenant_id = $1');
    await expect(stage.make()).rejects.toMatchObject({ code: 'not_found' });
    expect(await stage.count('select from messages where tenant_id = $1')).toBe(1);
    expect((await stage.make({ despiteOptOut: 'confirmation' })).isNew).toBe(true);
  });

  test('to somebody without a number goes to the id that this network gave, or to whom they are part of', async () => {
    const stage = await open();
    await stage.count('update contacts set phone = null where tenant_id = $1');
    await stage.count(
      `insert into contact_identities (tenant_id, kind, value, connection_id, contact_id)
       values ($1, 'bsuid', 'BR.1', '${stage.connectionId}', '${stage.contactIds[0]}')`,
    );
    await stage.make();
    await stage.count(
      `update contacts set merged_into = '${stage.contactIds[0]}' where tenant_id = $1 and id = '${stage.contactIds[1]}'`,
    );
    await stage.make({ contactId: stage.contactIds[1] });
    expect(await stage.count(`select from messages where tenant_id = $1 and recipient = 'BR.1'`)).toBe(2);
  });

  test('is sent by the api to a contact or a number, and listed newest first', async () => {
    const stage = await open();
    const ids = { connection_id: stage.connectionId };
    const send = (to: string, idempotencyKey: string): Promise<{ id: string }> =>
      stage.call('POST /connections/:connection_id/send', {
        ids,
        body: { to, content: text(to) },
        idempotencyKey,
      });
    const first = await send(toPublicId('contact', stage.contactIds[0] ?? ''), 'a');
    const second = await send('(11) 91234-5678', 'b');
    expect(await send('(11) 91234-5678', 'b')).toEqual(second);
    await expect(send('123', 'c')).rejects.toMatchObject({ code: 'phone_invalid' });
    const line = 'GET /connections/:connection_id/messages';
    const page = await stage.call<Page<DirectMessage>>(line, { ids, query: { limit: '1' } });
    expect(page.data.map(({ id, recipient }) => [id, recipient])).toEqual([[second.id, '+5511912345678']]);
    const next = await stage.call<Page<DirectMessage>>(line, {
      ids,
      query: { cursor: page.next_cursor ?? '' },
    });
    expect(next.data.map(({ id }) => id)).toEqual([first.id]);
  });
});
