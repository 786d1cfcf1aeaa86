import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PriorityHeap, precedes, type Ranked } from './priority-heap.ts';

it('ranks higher before lower, and earlier before later among equals', () => {
  const of = (rank: number, order: number): Ranked => ({ rank, order, place: 0 });
  expect(precedes(of(2, 9), of(1, 1))).toBe(true);
  expect(precedes(of(1, 1), of(2, 9))).toBe(false);
  expect(precedes(of(1, 1), of(1, 2))).toBe(true);
  expect(precedes(of(1, 2), of(1, 1))).toBe(false);
});

it('gives out the first of what it holds, whatever was added and removed before', () => {
  const step = fc.oneof(
    fc.record({ add: fc.integer({ min: 0, max: 5 }) }),
    fc.record({ remove: fc.nat() }),
    fc.constant('shift' as const),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const heap = new PriorityHeap<Ranked>();
      let held: Ranked[] = [];
      steps.forEach((current, order) => {
        if (current === 'shift') {
          const { first } = heap;
          if (first !== undefined) heap.remove(first);
          held = held.filter((one) => one !== first);
        } else if ('add' in current) {
          const entry = { rank: current.add, order, place: -1 };
          heap.push(entry);
          held.push(entry);
        } else if (held.length > 0) {
          const entry = held[current.remove % held.length] as Ranked;
          heap.remove(entry);
          held = held.filter((one) => one !== entry);
        }
        const best = [...held].sort((a, b) => b.rank - a.rank || a.order - b.order)[0];
        expect(heap.size).toBe(held.length);
        expect(heap.first).toBe(best);
        expect(new Set(held.map(({ place }) => place))).toEqual(new Set(held.keys()));
      });
      const left: Ranked[] = [];
      for (let { first } = heap; first !== undefined; { first } = heap) {
        left.push(first);
        heap.remove(first);
      }
      expect(left).toEqual([...held].sort((a, b) => b.rank - a.rank || a.order - b.order));
      heap.push({ rank: 1, order: 1, place: 0 });
      heap.clear();
      expect([heap.size, heap.first]).toEqual([0, undefined]);
    }),
    { numRuns: 300 },
  );
});
