import { AppError } from '@zaphub/types';
import { describe, expect, it } from 'vitest';
import { createHealth, type Finding, type HealthCheck } from './health.ts';

const check = (name: string, run: HealthCheck['run'], isRequired = false): HealthCheck => ({
  name,
  isRequired,
  run,
});
const fine = (name: string, isRequired = false): HealthCheck =>
  check(name, () => ({ status: 'ok' }), isRequired);

describe('a health report', () => {
  it('is ok when everything is, and shows what each check measured', async () => {
    const health = createHealth([fine('database', true), check('memory', () => ({ status: 'ok', used: 7 }))]);
    expect(await health.report()).toEqual({
      status: 'ok',
      reason: undefined,
      checks: { database: { status: 'ok' }, memory: { status: 'ok', used: 7 } },
    });
  });

  it('is degraded by whatever is not required, and unavailable by what is', async () => {
    const weak = check('memory', () => ({ status: 'degraded', reason: 'full' }));
    expect(await createHealth([fine('database', true), weak]).report()).toMatchObject({
      status: 'degraded',
      reason: 'full',
    });
    const broken = check('database', () => Promise.reject(new AppError('unavailable', 'it is away')), true);
    expect(await createHealth([weak, broken]).report()).toMatchObject({
      status: 'unavailable',
      reason: 'it is away',
      checks: { database: { status: 'failed', reason: 'it is away' } },
    });
  });

  it('tells nothing of an error that was not meant for people', async () => {
    const leaky = check('database', () =>
      Promise.reject(new Error('password authentication failed for "x"')),
    );
    expect(await createHealth([leaky]).report()).toMatchObject({ reason: 'database cannot be asked' });
  });

  it('asks once for any number of probes, and again only after a second', async () => {
    let nowMs = 0;
    let asked = 0;
    const gate = Promise.withResolvers<Finding>();
    const slow = check('database', () => {
      asked++;
      return gate.promise;
    });
    const health = createHealth([slow], { now: () => nowMs });
    const probes = Array.from({ length: 1_000 }, () => health.report());
    gate.resolve({ status: 'ok' });
    await Promise.all(probes);
    nowMs = 999;
    await health.report();
    expect(asked).toBe(1);
    nowMs = 1_000;
    await health.report();
    expect(asked).toBe(2);
  });

  it('does not wait for a check that hangs, nor begin it again before it has ended', async () => {
    let asked = 0;
    const gate = Promise.withResolvers<Finding>();
    const hung = check('database', () => (asked++ === 0 ? gate.promise : { status: 'ok' }), true);
    const health = createHealth([hung, fine('memory')], { timeoutMs: 5, keepMs: 0 });
    for (let round = 0; round < 3; round++) {
      expect(await health.report()).toMatchObject({
        status: 'unavailable',
        reason: 'no answer within 5 ms',
        checks: { memory: { status: 'ok' } },
      });
    }
    expect(asked).toBe(1);
    gate.resolve({ status: 'ok' });
    expect(await health.report()).toMatchObject({ status: 'ok' });
  });
});
