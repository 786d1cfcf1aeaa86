import { describe, expect, it } from 'vitest';
import { ConfigError, parseConfig } from './config.ts';

const needed = {
  DATABASE_SYSTEM_URL: 'postgres://zaphub_system@db/zaphub',
  ZAPHUB_FILES_DIR: '/data/files',
  SIMULATOR_JOURNAL_DIR: '/data/journal',
};

function refusal(env: Record<string, string>): string {
  try {
    parseConfig(env, 1);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('the configuration was accepted');
}

describe('the configuration of the worker', () => {
  it('uses Postgres for the queues unless a Redis is named', () => {
    expect(parseConfig(needed, 7)).toMatchObject({
      queues: { kind: 'postgres', connectionString: needed.DATABASE_SYSTEM_URL },
      leaseMs: 15_000,
      failpoint: undefined,
    });
    expect(parseConfig({ ...needed, REDIS_URL: 'redis://cache' }, 7).queues).toEqual({
      kind: 'redis',
      url: 'redis://cache',
    });
  });

  it('names every problem in one message, and counts an empty variable as absent', () => {
    const message = refusal({
      ...needed,
      ZAPHUB_FILES_DIR: '',
      LEASE_MS: 'soon',
      SIMULATOR_REFUSED_RATE: '7',
    });
    expect(message).toContain('ZAPHUB_FILES_DIR');
    expect(message).toContain('LEASE_MS');
    expect(message).toContain('SIMULATOR_REFUSED_RATE');
  });

  it('refuses failpoints in production, and those it cannot read', () => {
    expect(parseConfig({ ...needed, FAILPOINT: 'after-claim:kill@2' }, 1).failpoint).toEqual({
      name: 'after-claim',
      action: { kind: 'kill' },
      pass: 2,
    });
    expect(refusal({ ...needed, FAILPOINT: 'after-claim:kill', NODE_ENV: 'production' })).toContain(
      'production',
    );
    expect(refusal({ ...needed, FAILPOINT: 'somewhere:kill' })).toContain('FAILPOINT');
  });

  it('refuses the control endpoint of the simulator in production', () => {
    const control = { ...needed, SIMULATOR_CONTROL_PORT: '0' };
    expect(parseConfig(control, 1).simulator).toMatchObject({ controlPort: 0, isEventful: true });
    expect(refusal({ ...control, NODE_ENV: 'production' })).toContain('SIMULATOR_CONTROL_PORT');
  });

  it('turns the simulator’s receipts off', () => {
    expect(parseConfig({ ...needed, SIMULATOR_RECEIPTS: 'false' }, 1).simulator.receipts).toBe(false);
  });
});
