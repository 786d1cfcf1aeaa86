import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createManualClock } from '../time/manual-clock.ts';
import { BatchProcessor } from './batch-processor.ts';

const [maxSize, maxBytes, maxPending] = [3, 12, 4];
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('add' as const),
      sizeBytes: fc.integer({ min: 0, max: 14 }),
      canLeave: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('end' as const), isGood: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('leave' as const), at: fc.nat() }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'wait' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'flush' as const }) },
);

interface Item {
  readonly id: number;
  readonly sizeBytes: number;
  readonly stop: AbortController | undefined;
  end: string;
}

it.each([true, false])(
  'processes each item once, in order and within the limits, whatever happens (measured: %s)',
  async (isMeasured) => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 80 }), async (steps) => {
        const clock = createManualClock();
        const batches: (readonly Item[])[] = [];
        const open: { readonly gate: PromiseWithResolvers<void>; readonly items: readonly Item[] }[] = [];
        const processor = new BatchProcessor<Item>({
          process: (items) => {
            batches.push([...items]);
            const gate = Promise.withResolvers<void>();
            open.push({ gate, items });
            return gate.promise;
          },
          maxSize,
          maxWaitMs: 10,
          maxPending,
          concurrency: 1,
          clock,
          ...(isMeasured ? { maxBytes, sizeOf: (item: Item) => item.sizeBytes } : {}),
        });
        const all: Item[] = [];
        const leftInTime: Item[] = [];
        const settle = async (): Promise<void> => {
          for (let i = 0; i < 8; i++) await Promise.resolve();
        };
        for (const it of steps) {
          if (it.kind === 'add') {
            const stop = it.canLeave ? new AbortController() : undefined;
            const item: Item = { id: all.length, sizeBytes: it.sizeBytes, stop, end: '' };
            all.push(item);
            processor.add(item, stop?.signal).then(
              () => (item.end ||= 'good'),
              (reason: unknown) => (item.end ||= String(reason)),
            );
          } else if (it.kind === 'end') {
            const batch = open.shift();
            const waiting = (batch?.items ?? []).filter((item) => item.end === '');
            if (it.isGood) batch?.gate.resolve();
            else batch?.gate.reject('bad');
            await settle();
            expect(waiting.map((item) => item.end)).toEqual(waiting.map(() => (it.isGood ? 'good' : 'bad')));
          } else if (it.kind === 'leave') {
            const leaving = all.filter((item) => item.end === '' && item.stop !== undefined);
            const item = leaving[it.at % Math.max(1, leaving.length)];
            if (item !== undefined && !batches.flat().includes(item)) leftInTime.push(item);
            item?.stop?.abort('left');
            await settle();
            expect(item?.end ?? 'left').toBe('left');
          } else if (it.kind === 'wait') {
            await clock.advance(10);
          } else {
            void processor.flush();
          }
          await settle();
          expect(open.length).toBeLessThanOrEqual(1);
          expect(processor.pending).toBeLessThanOrEqual(maxPending);
          expect(processor.blocked === 0 || processor.pending === maxPending).toBe(true);
        }
        const blocked = processor.blocked;
        const closed = processor.close();
        await settle();
        expect(all.filter((item) => item.end.includes('closed'))).toHaveLength(blocked);
        for (let batch = open.shift(); batch !== undefined; batch = open.shift()) {
          batch.gate.resolve();
          await settle();
        }
        await closed;
        const processed = batches.flat().map((item) => item.id);
        expect(processed).toEqual([...new Set(processed)].toSorted((a, b) => a - b));
        expect(leftInTime.filter((item) => processed.includes(item.id))).toEqual([]);
        for (const items of batches) {
          expect(items.length).toBeLessThanOrEqual(maxSize);
          const sizeBytes = items.reduce((sum, item) => sum + item.sizeBytes, 0);
          expect(!isMeasured || items.length === 1 || sizeBytes <= maxBytes).toBe(true);
        }
        const unprocessed = all.filter((item) => !processed.includes(item.id));
        expect(unprocessed.every((item) => item.end === 'left' || item.end.includes('closed'))).toBe(true);
        expect([processor.pending, processor.blocked, clock.timers]).toEqual([0, 0, 0]);
      }),
    );
  },
);
