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

test('many who ask at once share one lookup, and a fresh one is never shared with what began before', async () => {
  const answers: PromiseWithResolvers<readonly Membership[]>[] = [];
  const memberships = createMemberships({
    list: () => {
      const answer = Promise.withResolvers<readonly Membership[]>();
      answers.push(answer);
      return answer.promise;
    },
    now: () => 0,
  });
  const early = [memberships.of('user'), memberships.of('user')];
  const fresh = memberships.freshOf('user');
  expect(answers).toHaveLength(2);
  answers[1]?.resolve([{ tenantId: 'new', role: 'owner' }]);
  answers[0]?.resolve([{ tenantId: 'old', role: 'owner' }]);
  expect(await Promise.all(early)).toMatchObject([[{ tenantId: 'old' }], [{ tenantId: 'old' }]]);
  expect(await fresh).toEqual([{ tenantId: 'new', role: 'owner' }]);
  expect(await memberships.of('user')).toEqual([{ tenantId: 'new', role: 'owner' }]);
});

test('an answer that was long on its way is not served as if it were new', async () => {
  const { memberships, list, lookups, at } = setUp();
  list.push({ tenantId: 'a', role: 'owner' });
  const slow = memberships.of('user');
  at(3000); // looked up at 0, arrived at 3 s, so remembered until 7 s
  await slow;
  at(5000);
  await memberships.of('user');
  expect(lookups()).toBe(2);
});
