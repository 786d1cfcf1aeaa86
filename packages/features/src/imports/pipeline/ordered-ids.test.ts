import { expect, test } from 'vitest';
import { createOrderedIds } from './ordered-ids.ts';

test('ids are UUIDs of version 7, each greater than the one before, whatever the clock does', () => {
  const clock = [1_000_000, 1_000_000, 1_000_005, 1_000_005, 999_000, 999_000];
  const nextId = createOrderedIds(() => clock.shift() ?? 1_000_006);
  const ids = Array.from({ length: 20_000 }, () => nextId());
  expect(
    ids.filter((id) => !/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id)),
  ).toEqual([]);
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
});

test('an id begins with the time and ends with what nobody can guess', () => {
  const at = Date.UTC(2026, 10, 21);
  const ids = Array.from(
    { length: 1000 },
    createOrderedIds(() => at),
  );
  expect(ids.every((id) => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) === at)).toBe(true);
  expect(new Set(ids.map((id) => id.slice(19))).size).toBe(1000);
  // Each of the four variants turns up, so these bits are random as well.
  expect(new Set(ids.map((id) => id[19])).size).toBe(4);
});
