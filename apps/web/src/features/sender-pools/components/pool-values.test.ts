import { type SenderPool, toPublicId } from '@zaphub/types';
import { expect, test } from 'vitest';
import { emptyPool, poolInputOf, poolValuesOf, share01Of } from './pool-values.ts';

const [one, two, gone] = ['1', '2', '3'].map((digit) =>
  toPublicId('connection', `01920000-0000-7000-8000-00000000000${digit}`),
) as [SenderPool['members'][0]['connection_id'], string, string];
const values = { ...emptyPool, name: 'Shops', weights: { [one]: '3', [two]: '1' } };

test('a number with three times the weight sends three quarters', () => {
  expect(share01Of(values, one)).toBe(0.75);
  expect(share01Of(values, gone)).toBe(0);
  expect(share01Of({ ...values, weights: { [one]: '' } }, one)).toBe(0);
});

test('a form becomes what the API wants', () => {
  expect(poolInputOf(values)).toEqual({
    wrong: new Set(),
    input: {
      name: 'Shops',
      sticky: true,
      failover_after_seconds: 60,
      members: [
        { connection_id: one, weight: 3 },
        { connection_id: two, weight: 1 },
      ],
    },
  });
});

test('what does not fit is said in its place', () => {
  expect([...poolInputOf(emptyPool).wrong]).toEqual(['name', 'members']);
  expect([...poolInputOf({ ...values, weights: { [one]: '1', [two]: '200' } }).wrong]).toEqual([two]);
});

test('a number that was deleted is not in the form', () => {
  const pool = {
    ...emptyPool,
    id: toPublicId('sender_pool', '01920000-0000-7000-8000-000000000009'),
    created_at: '2026-11-22T00:00:00.000Z',
    failover_after_seconds: 0,
    members: [{ connection_id: one, weight: 2, stopped_at: null }],
  };
  expect(poolValuesOf(pool, new Set([one])).weights).toEqual({ [one]: '2' });
  expect(poolValuesOf(pool, new Set()).weights).toEqual({});
});
