import { expect, test } from 'vitest';
import { createOrderedIds, idBytes } from './ordered-ids.ts';

/** So many ids, in hexadecimal. */
function makeIds(count: number, now: () => number): string[] {
  const writeId = createOrderedIds(now);
  return Array.from({ length: count }, () => {
    const bytes = Buffer.alloc(idBytes);
    writeId(bytes, 0);
    return bytes.toString('hex');
  });
}

test('ids are UUIDs of version 7, each greater than the one before, whatever the clock does', () => {
  const clock = [1_000_000, 1_000_000, 1_000_005, 1_000_005, 999_000, 999_000];
  const ids = makeIds(20_000, () => clock.shift() ?? 1_000_006);
  expect(ids.filter((id) => !/^[0-9a-f]{12}7[0-9a-f]{3}[89ab][0-9a-f]{15}$/.test(id))).toEqual([]);
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
});

test('an id begins with the time and ends with what nobody can guess', () => {
  const at = Date.UTC(2026, 10, 21);
  const ids = makeIds(1000, () => at);
  expect(ids.every((id) => Number.parseInt(id.slice(0, 12), 16) === at)).toBe(true);
  expect(new Set(ids.map((id) => id.slice(16))).size).toBe(1000);
  // Each of the four variants turns up, so these bits are random as well.
  expect(new Set(ids.map((id) => id[16])).size).toBe(4);
});
