import { expect, test } from 'vitest';
import { rememberTokens } from './remember-tokens.ts';

/** A verifier that counts, with a clock that stands still until it is moved. */
function counting(
  expiresInMs: number,
  maxEntries = 10,
): {
  ask: (token: string) => Promise<string>;
  asked: string[];
  move: (ms: number) => void;
} {
  let nowMs = 1_000_000;
  const asked: string[] = [];
  const expiresAt = new Date(nowMs + expiresInMs);
  const verify = rememberTokens(
    (token) => {
      asked.push(token);
      if (token === 'bad') return Promise.reject(new Error('refused'));
      return Promise.resolve({ userId: `user of ${token}`, email: '', expiresAt });
    },
    { keepMs: 30_000, maxEntries, now: () => nowMs },
  );
  return {
    asked,
    ask: async (token) => (await verify(token)).userId,
    move: (ms) => void (nowMs += ms),
  };
}

test('a token is verified once, and again when its time is over', async () => {
  const { ask, asked, move } = counting(3_600_000);
  expect([await ask('a'), await ask('a'), await ask('b')]).toEqual(['user of a', 'user of a', 'user of b']);
  move(29_999);
  await ask('a');
  expect(asked).toEqual(['a', 'b']);
  move(1);
  await ask('a');
  expect(asked).toEqual(['a', 'b', 'a']);
});

test('no answer is good for longer than its token', async () => {
  const { ask, asked, move } = counting(1000);
  await ask('a');
  move(999);
  await ask('a');
  expect(asked).toHaveLength(1);
  move(1);
  await ask('a');
  await ask('a');
  expect(asked).toHaveLength(3);
});

test('a refusal is not remembered', async () => {
  const { ask, asked } = counting(1000);
  await expect(ask('bad')).rejects.toThrow('refused');
  await expect(ask('bad')).rejects.toThrow('refused');
  expect(asked).toHaveLength(2);
});

test('the oldest are forgotten when there are too many', async () => {
  const { ask, asked } = counting(3_600_000, 2);
  for (const token of ['a', 'b', 'c', 'c', 'b', 'a']) await ask(token);
  expect(asked).toEqual(['a', 'b', 'c', 'a']);
});
