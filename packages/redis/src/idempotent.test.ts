import { expect, it } from 'vitest';
import { isIdempotent } from './idempotent.ts';

it.each([
  ['get', ['k']],
  ['GET', ['k']],
  ['del', ['k']],
  ['set', ['k', 'v']],
  ['set', ['k', 'nx', 'PX', 10]],
])('%s %j may be sent twice', (name, args) => {
  expect(isIdempotent(name, args)).toBe(true);
});

it.each([
  ['incr', ['k']],
  ['rpush', ['k', 'v']],
  ['publish', ['k', 'v']],
  ['evalsha', ['sha', 0]],
  ['set', ['k', 'v', 'PX', 10, 'NX']],
  ['set', ['k', 'v', 'get']],
  ['expire', ['k', 10]],
  ['unheard-of', []],
])('%s %j may not', (name, args) => {
  expect(isIdempotent(name, args)).toBe(false);
});
