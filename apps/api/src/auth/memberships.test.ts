import type { Membership } from '@zaphub/features';
import { expect, test } from 'vitest';
import { createMemberships } from './memberships.ts';

function setUp(): {
  lookups: () => number;
  at: (ms: number) => void;
  memberships: ReturnType<typeof createMemberships>;
  list: Membership[];
} {
  let now = 0;
  let lookups = 0;
  const list: Membership[] = [];
  const memberships = createMemberships(
    {
      list: () => {
        lookups += 1;
        return Promise.resolve([...list]);
      },
      now: () => now,
    },
    { keepMs: 4000, maxEntries: 2 },
  );
  return { memberships, list, lookups: () => lookups, at: (ms) => void (now = ms) };
}

test('a membership is remembered for a moment, so a removed member is out soon', async () => {
  const { memberships, list, lookups, at } = setUp();
  list.push({ tenantId: 'a', role: 'owner' });
  await memberships.of('user');
  list.length = 0;
  at(3999);
  expect(await memberships.of('user')).toHaveLength(1);
  at(4000);
  expect(await memberships.of('user')).toEqual([]);
  expect(lookups()).toBe(2);
});

test('somebody who is in no tenant is looked up each time', async () => {
  const { memberships, list } = setUp();
  expect(await memberships.of('user')).toEqual([]);
  list.push({ tenantId: 'a', role: 'owner' });
  expect(await memberships.of('user')).toHaveLength(1);
});

test('the oldest is forgotten when there are too many', async () => {
  const { memberships, list, lookups } = setUp();
  list.push({ tenantId: 'a', role: 'owner' });
  for (const user of ['one', 'two', 'three', 'three', 'two', 'one']) await memberships.of(user);
  expect(lookups()).toBe(4);
});
