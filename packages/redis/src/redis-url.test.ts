import { describe, expect, it } from 'vitest';
import { RedisError } from './redis-error.ts';
import { describeTarget, parseRedisUrl } from './redis-url.ts';

describe('an address of Redis', () => {
  it('is one server by default', () => {
    expect(parseRedisUrl('redis://localhost')).toEqual({
      kind: 'single',
      hosts: [{ host: 'localhost', port: 6379 }],
      tls: false,
      username: undefined,
      password: undefined,
      db: 0,
      masterName: undefined,
    });
  });

  it('may name a user, a password, a port, a database and TLS', () => {
    expect(parseRedisUrl('rediss://us%40er:p%2Fw%3A@redis.example:6380/3')).toMatchObject({
      hosts: [{ host: 'redis.example', port: 6380 }],
      tls: true,
      username: 'us@er',
      password: 'p/w:',
      db: 3,
    });
    expect(parseRedisUrl('redis://:secret@[::1]:7000')).toMatchObject({
      hosts: [{ host: '::1', port: 7000 }],
      username: undefined,
      password: 'secret',
    });
  });

  it('may be the nodes of a cluster, or the sentinels of a server', () => {
    expect(parseRedisUrl('rediss+cluster://a:1,b')).toMatchObject({
      kind: 'cluster',
      tls: true,
      hosts: [
        { host: 'a', port: 1 },
        { host: 'b', port: 6379 },
      ],
    });
    expect(parseRedisUrl('redis+sentinel://a,b:2/main/4')).toMatchObject({
      kind: 'sentinel',
      masterName: 'main',
      db: 4,
      hosts: [
        { host: 'a', port: 26_379 },
        { host: 'b', port: 2 },
      ],
    });
  });

  it.each([
    '',
    'http://localhost',
    'redis://',
    'redis://a,b',
    'redis://a:0',
    'redis://a:70000',
    'redis://a:x',
    'redis://a/x',
    'redis://a/1/2',
    'redis://%zz:x@a',
    'redis+cluster://a/1',
    'redis+sentinel://a',
  ])('that is wrong is refused: %s', (url) => {
    expect(() => parseRedisUrl(url)).toThrow(expect.objectContaining({ code: 'redis_url_invalid' }));
    expect(() => parseRedisUrl(url)).toThrow(RedisError);
  });

  it('is shown without name and password', () => {
    const shown = (url: string): string => describeTarget(parseRedisUrl(url));
    expect(shown('rediss://user:secret@a:1/2')).toBe('rediss://a:1');
    expect(shown('redis+sentinel://:secret@a:1,b:2/main')).toBe('redis+sentinel://a:1,b:2/main');
    expect(shown('redis+cluster://a')).toBe('redis+cluster://a:6379');
  });
});
