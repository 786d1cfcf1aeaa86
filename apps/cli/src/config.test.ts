import { describe, expect, it } from 'vitest';
import { parseConfig } from './config.ts';

const external = {
  DATABASE_URL: 'postgres://owner@db/zaphub',
  DATABASE_API_URL: 'postgres://api@db/zaphub',
  DATABASE_SYSTEM_URL: 'postgres://system@db/zaphub',
  SUPABASE_URL: 'https://project.example.com',
  SUPABASE_PUBLISHABLE_KEY: 'sb_publishable_x',
};

describe('parseConfig', () => {
  it('brings its own services when nothing is set, and takes empty variables for unset ones', () => {
    const config = parseConfig({ DATABASE_URL: '', ZAPHUB_PORT: '' });
    expect(config).toMatchObject({ host: '127.0.0.1', port: 4400, external: undefined });
    expect(config.homeDir).toMatch(/\.zaphub$/);
  });

  it('uses services that run elsewhere when DATABASE_URL is set', () => {
    expect(parseConfig(external).external).toEqual(external);
  });

  it('names everything that is missing or wrong in one message', () => {
    const { DATABASE_API_URL: _, ...incomplete } = external;
    expect(() => parseConfig({ ...incomplete, SUPABASE_URL: 'project', ZAPHUB_PORT: 'web' })).toThrow(
      /ZAPHUB_PORT: must be a whole number.*\n {2}DATABASE_API_URL: is missing\n {2}SUPABASE_URL: must be a whole address/,
    );
  });
});
