import { expect, it } from 'vitest';
import { RedisError, replyWord, toRedisError } from './redis-error.ts';

function reply(message: string): Error {
  return Object.assign(new Error(message), { name: 'ReplyError' });
}

it.each([
  ['ERR unknown command', 'redis_refused', false],
  ['WRONGTYPE Operation against a key', 'redis_refused', false],
  ['NOPERM this user has no permissions', 'redis_refused', false],
  ['lower case', 'redis_refused', false],
  ['OOM command not allowed', 'redis_full', false],
  ['LOADING Redis is loading the dataset in memory', 'redis_unavailable', true],
  ['READONLY You can’t write against a read only replica.', 'redis_unavailable', true],
  ['CLUSTERDOWN The cluster is down', 'redis_unavailable', true],
])('the reply "%s" is %s', (message, code, isRetryable) => {
  const error = toRedisError(reply(message), 'get');
  expect(error).toMatchObject({ code, isRetryable, name: 'RedisError' });
  expect(error.cause).toBeInstanceOf(Error);
});

it('whatever else the driver says means that Redis is away', () => {
  expect(toRedisError(new Error('Connection is closed.'), 'get').code).toBe('redis_unavailable');
  expect(toRedisError('odd', 'get').code).toBe('redis_unavailable');
});

it('an error of ours stays as it is', () => {
  const error = new RedisError('redis_timeout', 'late');
  expect(toRedisError(error, 'get')).toBe(error);
});

it('the first word of a reply is found through our wrapping', () => {
  expect(replyWord(toRedisError(reply('NOSCRIPT No matching script'), 'evalsha'))).toBe('NOSCRIPT');
  expect(replyWord(new Error('NOSCRIPT'))).toBeUndefined();
});
