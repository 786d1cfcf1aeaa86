import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Prioritised, PriorityQueue } from './priority-queue.ts';

interface Item extends Prioritised<Item> {
  readonly sequence: number;
}

function itemOf(priority: number, sequence: number): Item {
  return { priority, sequence, level: undefined, next: undefined, previous: undefined };
}

function filled(priorities: readonly number[], ageing = Infinity): PriorityQueue<Item> {
  const queue = new PriorityQueue<Item>(ageing);
  priorities.forEach((priority, sequence) => queue.put(itemOf(priority, sequence)));
  return queue;
}

function drain(queue: PriorityQueue<Item>): number[] {
  const order: number[] = [];
  for (let item = queue.take(); item !== undefined; item = queue.take()) order.push(item.sequence);
  return order;
}

describe('PriorityQueue', () => {
  it('keeps nobody whose priority is beyond what ageing can reckon with', () => {
    expect(drain(filled([-Number.MAX_VALUE, 0, Number.MAX_VALUE, -Number.MAX_VALUE], 100))).toEqual([
      2, 1, 0, 3,
    ]);
  });

  it('gives the most urgent first, first come first served among equals', () => {
    const queue = filled([0, 5, -1, 5, 0.5]);
    expect(queue.size).toBe(5);
    expect(drain(queue)).toEqual([1, 3, 4, 0, 2]);
    expect([queue.size, queue.take()]).toEqual([0, undefined]);
  });

  it('with ageing lets a later, more urgent one overtake a bounded number of times', () => {
    const forever = filled([0, ...Array<number>(9).fill(1)], 3);
    expect(drain(forever)).toEqual([1, 2, 3, 0, 4, 5, 6, 7, 8, 9]);
    expect(drain(filled([], 3))).toEqual([]);
  });

  it.each([Infinity, 5])(
    'drops empty levels of many priorities and keeps their order, ageing %d',
    (ageing) => {
      const queue = new PriorityQueue<Item>(ageing);
      const items = Array.from({ length: 100 }, (_, i) => itemOf((i * 37) % 100, 0));
      for (const item of items) queue.put(item);
      for (const item of items) if (item.priority % 3 > 0) queue.remove(item);
      const order: number[] = [];
      for (let item = queue.take(); item !== undefined; item = queue.take()) order.push(item.priority);
      expect(order).toEqual(Array.from({ length: 34 }, (_, i) => 99 - 3 * i));
      for (const item of [items[1], items[0]]) if (item !== undefined) queue.put(item);
      expect([queue.take(), queue.take()]).toEqual([items[1], items[0]]);
    },
  );

  it('does not take out what waits in another queue, or nowhere', () => {
    const [one, other] = [filled([1]), filled([])];
    const item = itemOf(1, 7);
    expect(one.remove(item)).toBe(false);
    other.put(item);
    expect([one.remove(item), other.remove(item), other.remove(item)]).toEqual([false, true, false]);
    expect([one.size, other.size]).toEqual([1, 0]);
  });

  it('stays in order through any number of priorities, with and without ageing', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('put' as const), priority: fc.integer({ min: -40, max: 40 }) }),
      fc.record({ kind: fc.constant('take' as const) }),
      fc.record({ kind: fc.constant('remove' as const), at: fc.nat() }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), fc.constantFrom(Infinity, 1, 7), (steps, ageing) => {
        const queue = new PriorityQueue<Item>(ageing);
        const model: Item[] = [];
        let sequence = 0;
        const isBefore = (a: Item, b: Item): number =>
          ageing === Infinity
            ? b.priority - a.priority || a.sequence - b.sequence
            : a.sequence - a.priority * ageing - (b.sequence - b.priority * ageing) ||
              b.priority - a.priority;
        for (const it of steps) {
          if (it.kind === 'put') {
            const item = itemOf(it.priority, sequence++);
            queue.put(item);
            model.push(item);
            model.sort(isBefore);
          } else if (it.kind === 'take') {
            expect(queue.take()).toBe(model.shift());
          } else if (model.length > 0) {
            const [item] = model.splice(it.at % model.length, 1);
            expect(item !== undefined && queue.remove(item)).toBe(true);
          }
          expect(queue.size).toBe(model.length);
        }
        expect(drain(queue)).toEqual(model.map((item) => item.sequence));
      }),
    );
  });
});
