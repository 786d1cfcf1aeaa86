import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { Secret } from './secret.ts';

it('prints as *** in texts, JSON and logs, and is revealed only when asked', () => {
  const secret = new Secret('EAAB-token');
  const printed = ['a ' + String(secret), JSON.stringify({ secret }), inspect({ deep: [secret] })];
  for (const text of printed) {
    expect(text).toContain('***');
    expect(text).not.toContain('EAAB');
  }
  expect(Object.keys(secret)).toEqual([]);
  expect(secret.reveal()).toBe('EAAB-token');
});
