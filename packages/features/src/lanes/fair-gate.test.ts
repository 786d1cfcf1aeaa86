import { describe, expect, test } from 'vitest';
import { createFairGate, type FairGate } from './fair-gate.ts';

/** Whoever always has more to do, a piece after the other, `streams` at once; counts the rows that went through. */
function worker(
  gate: FairGate,
  share: { tenantId: string; weight: number },
  options: { cost: number; streams: number },
) {
  let rows = 0;
  const end = new AbortController();
  const loop = async (): Promise<void> => {
    while (!end.signal.aborted) {
      await gate.run(share, options.cost, async () => {
        await new Promise(setImmediate);
        rows += options.cost;
      });
    }
  };
  const done = Promise.all(Array.from({ length: options.streams }, loop));
  return { rows: () => rows, stop: () => (end.abort(), done) };
}

describe('a gate that is shared by tenants', () => {
  test('gives each its share by weight within a tenth, whatever the size of their pieces', async () => {
    const gate = createFairGate({ capacity: 2 });
    const tenants = [
      worker(gate, { tenantId: 'free', weight: 1 }, { cost: 40, streams: 3 }),
      worker(gate, { tenantId: 'pro', weight: 2 }, { cost: 10, streams: 6 }),
      worker(gate, { tenantId: 'enterprise', weight: 4 }, { cost: 25, streams: 6 }),
    ];
    while (tenants.reduce((sum, each) => sum + each.rows(), 0) < 30_000) await new Promise(setImmediate);
    const rows = tenants.map((each) => each.rows());
    await Promise.all(tenants.map((each) => each.stop()));
    const [free = 0, pro = 0, enterprise = 0] = rows.map((each) => each / rows.reduce((a, b) => a + b, 0));
    expect(Math.abs(free / (1 / 7) - 1)).toBeLessThan(0.1);
    expect(Math.abs(pro / (2 / 7) - 1)).toBeLessThan(0.1);
    expect(Math.abs(enterprise / (4 / 7) - 1)).toBeLessThan(0.1);
  });

  test('lets a newcomer with a little in before a million that has been going on', async () => {
    const gate = createFairGate({ capacity: 1 });
    const order: string[] = [];
    const first = Promise.withResolvers<void>();
    const works = [gate.run({ tenantId: 'large', weight: 4 }, 250, () => first.promise)];
    for (let i = 0; i < 5; i++) {
      works.push(gate.run({ tenantId: 'large', weight: 4 }, 250, async () => void order.push('large')));
    }
    works.push(gate.run({ tenantId: 'small', weight: 1 }, 10, async () => void order.push('small')));
    first.resolve();
    await Promise.all(works);
    expect(order.indexOf('small')).toBeLessThanOrEqual(1);
  });

  test('keeps a place free of whoever could fill it all, and lets a newcomer in at once', async () => {
    const gate = createFairGate({ capacity: 3 });
    const end = Promise.withResolvers<void>();
    let started = 0;
    const hold = (): Promise<void> => {
      started++;
      return end.promise;
    };
    const works = Array.from({ length: 5 }, () => gate.run({ tenantId: 'large', weight: 4 }, 250, hold));
    expect(started).toBe(2);
    expect(await gate.run({ tenantId: 'small', weight: 1 }, 10, () => Promise.resolve('in'))).toBe('in');
    expect(started).toBe(2);
    end.resolve();
    await Promise.all(works);
    expect(started).toBe(5);
  });

  test('goes on after work that fails', async () => {
    const gate = createFairGate({ capacity: 1 });
    const share = { tenantId: 'a', weight: 1 };
    await expect(gate.run(share, 1, () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(await gate.run(share, 1, () => Promise.resolve('here'))).toBe('here');
  });
});
