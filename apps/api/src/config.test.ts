import { describe, expect, test } from 'vitest';
import { ConfigError, parseConfig } from './config.ts';

const complete = {
  DATABASE_API_URL: 'postgres://zaphub_api@localhost/zaphub',
  SUPABASE_URL: 'http://127.0.0.1:9999',
  SUPABASE_PUBLISHABLE_KEY: 'public',
  SUPABASE_JWT_SECRET: 'x'.repeat(40),
  ZAPHUB_FILES_DIR: '/var/lib/zaphub',
};

describe('the configuration', () => {
  test('has a default for everything that has one', () => {
    const config = parseConfig({ ...complete, ZAPHUB_PORT: '', LOG_LEVEL: '' });
    expect(config).toMatchObject({ host: '127.0.0.1', port: 4400, trustProxy: false, isHttps: false });
    expect(config.tokens.keys).toEqual({ kind: 'secret', secret: complete.SUPABASE_JWT_SECRET });
  });

  test('names every problem at once', () => {
    const parse = (): unknown =>
      parseConfig({ ZAPHUB_PORT: '10x', LOG_LEVEL: 'loud', SUPABASE_URL: 'file:///etc' });
    expect(parse).toThrow(ConfigError);
    for (const name of ['ZAPHUB_PORT', 'LOG_LEVEL', 'SUPABASE_URL', 'DATABASE_API_URL', 'ZAPHUB_FILES_DIR']) {
      expect(parse).toThrow(name);
    }
  });

  test('takes each form of an address of Redis, and refuses what none can be reached by', () => {
    const redisUrlOf = (text: string): string | undefined =>
      parseConfig({ ...complete, REDIS_URL: text }).redisUrl;
    for (const url of ['redis://localhost:6379/0', 'rediss://u:p@redis', 'redis+cluster://a,b:7000']) {
      expect(redisUrlOf(url)).toBe(url);
    }
    expect(redisUrlOf('')).toBeUndefined();
    expect(() => redisUrlOf('http://localhost')).toThrow('REDIS_URL');
    expect(() => redisUrlOf('redis+sentinel://a,b')).toThrow('REDIS_URL');
  });

  test('takes one family of token keys, never two, never none', () => {
    const jwks = {
      SUPABASE_JWKS_URL: 'https://auth.example/jwks.json',
      SUPABASE_JWT_ISSUER: 'https://auth.example',
    };
    expect(() => parseConfig({ ...complete, ...jwks })).toThrow('exactly one');
    expect(() => parseConfig({ ...complete, SUPABASE_JWT_SECRET: undefined })).toThrow('exactly one');
    const asymmetric = { ...complete, ...jwks, SUPABASE_JWT_SECRET: undefined };
    expect(() => parseConfig(asymmetric)).toThrow('CURSOR_SECRET');
    expect(parseConfig({ ...asymmetric, CURSOR_SECRET: 'y'.repeat(32) }).tokens.keys.kind).toBe('jwks');
    expect(() =>
      parseConfig({ ...asymmetric, CURSOR_SECRET: 'y'.repeat(32), SUPABASE_JWT_ISSUER: '' }),
    ).toThrow('SUPABASE_JWT_ISSUER');
  });

  test('signs cursors with a key that signs nothing else', () => {
    const { cursorSecret } = parseConfig(complete);
    expect(Buffer.from(cursorSecret).toString()).not.toContain(complete.SUPABASE_JWT_SECRET);
    expect(cursorSecret).toHaveLength(32);
  });

  test.each<[string, false | number | string[]]>([
    ['', false],
    ['2', 2],
    ['10.0.0.0/8, 127.0.0.1', ['10.0.0.0/8', '127.0.0.1']],
  ])('trusts the proxies %j', (text, expected) => {
    expect(parseConfig({ ...complete, TRUST_PROXY: text }).trustProxy).toEqual(expected);
  });
});
