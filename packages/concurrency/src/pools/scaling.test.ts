import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { workersFor } from './scaling.ts';

const rule = { minWorkers: 2, maxWorkers: 20, scaleUpAt: 0.8, scaleDownAt: 0.2 };

describe('workersFor', () => {
  it.each([
    ['stays between the thresholds', 10, 7.9, 10],
    ['stays just above the lower one', 10, 2.1, 10],
    ['grows when nearly all are busy', 10, 8, 16],
    ['doubles when all are', 4, 4, 8],
    ['grows to the upper bound at most', 16, 16, 20],
    ['shrinks when nearly all are idle', 10, 2, 4],
    ['shrinks to the lower bound at least', 10, 0, 2],
    ['has nothing to shrink at the lower bound', 2, 0, 2],
  ])('%s', (_, workers, busy, expected) => {
    expect(workersFor(rule, workers, busy)).toBe(expected);
  });

  it('never turns round on a steady load, wherever it starts and whatever the thresholds are', () => {
    const percent = fc.integer({ min: 0, max: 100 });
    fc.assert(
      fc.property(
        fc.tuple(percent, percent).filter(([a, b]) => Math.abs(a - b) >= 2),
        fc.double({ min: 0, max: 300, noNaN: true }),
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 0, max: 100 }),
        fc.nat(),
        (thresholds, load, minWorkers, more, start) => {
          const [down, up] = [Math.min(...thresholds) / 100, Math.max(...thresholds) / 100];
          const maxWorkers = minWorkers + more;
          const some = { minWorkers, maxWorkers, scaleUpAt: up, scaleDownAt: down };
          let workers = minWorkers + (start % (more + 1));
          const turns = new Set<number>();
          for (let i = 0; i < 200; i++) {
            const next = workersFor(some, workers, Math.min(load, workers));
            if (next !== workers) turns.add(Math.sign(next - workers));
            workers = next;
          }
          expect(turns.size).toBeLessThanOrEqual(1);
          expect(workersFor(some, workers, Math.min(load, workers))).toBe(workers);
        },
      ),
    );
  });
});
