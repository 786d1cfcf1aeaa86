import { useTestDatabase } from '@zaphub/testing';
import { toPublicId } from '@zaphub/types';
import { expect, test } from 'vitest';
import { callRoute } from '../call-route.ts';
import { senderPoolRoutes } from '../sender-pools/index.ts';
import { inboundFixture } from './inbound-fixture.ts';

const database = useTestDatabase();
const phone = '+5511900000000';
const minutesAgo = (minutes: number): Date => new Date(Date.now() - minutes * 60_000);

/** A tenant with two numbers, and the pool of both when it is asked for. */
async function twoNumbers() {
  const s = await inboundFixture(database);
  const { id: second } = await s.db.system((tx) =>
    tx.one<{ id: string }>(
      `insert into connections (tenant_id, name, provider) values ($1, 'Second', 'simulator') returning id`,
      [s.tenantId],
    ),
  );
  return {
    ...s,
    second,
    makePool: () =>
      callRoute(
        senderPoolRoutes,
        'POST /sender-pools',
        { db: database.api, scope: s.scope },
        {
          body: {
            name: 'Pool',
            members: [s.connectionId, second].map((id) => ({ connection_id: toPublicId('connection', id) })),
          },
        },
      ),
    keeper: async () =>
      (
        await s.rows<{ id: string }>('select connection_id as id from contact_senders where tenant_id = $1')
      )[0]?.id,
  };
}

test('a contact stays with the number of their conversation, whichever was last', async () => {
  const s = await twoNumbers();
  await s.makePool();
  await s.store(s.message(phone, 'oi', { connectionId: s.second, at: minutesAgo(3) }));
  expect(await s.keeper()).toBe(s.second);
  // A campaign has gone out from the first since.
  await s.run(
    `update contact_senders set connection_id = $2, at = now() - interval '1 minute' where tenant_id = $1`,
    [s.tenantId, s.connectionId],
  );
  await s.store(s.message(phone, 'late', { connectionId: s.second, at: minutesAgo(2) }));
  expect(await s.keeper()).toBe(s.connectionId);
  await s.store(s.message(phone, 'and now?', { connectionId: s.second }));
  expect(await s.keeper()).toBe(s.second);
});

test('what was written before there was a pool counts as soon as there is one', async () => {
  const s = await twoNumbers();
  await s.store(s.message(phone, 'oi', { connectionId: s.second }));
  expect(await s.keeper()).toBeUndefined();
  await s.makePool();
  expect(await s.keeper()).toBe(s.second);
});
