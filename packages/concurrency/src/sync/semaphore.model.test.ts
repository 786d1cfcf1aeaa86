import fc from 'fast-check';
import { expect, it } from 'vitest';
import { tick } from '../time/manual-clock.ts';
import type { Permit } from './permit.ts';
import { Semaphore } from './semaphore.ts';

/** A semaphore as one would write it without caring for speed: served by looking at the head of an array. */
class Model {
  available: number;
  line: { readonly id: number; readonly weight: number }[] = [];
  held = new Map<number, number>();
  isClosed = false;

  constructor(capacity: number) {
    this.available = capacity;
  }

  ask(id: number, weight: number): void {
    this.line.push({ id, weight });
    this.serve();
  }

  /** Whether it got what it asked for. */
  tryAsk(id: number, weight: number): boolean {
    if (this.isClosed || this.line.length > 0 || weight > this.available) return false;
    this.ask(id, weight);
    return true;
  }

  release(id: number): void {
    this.available += this.held.get(id) ?? 0;
    this.held.delete(id);
    this.serve();
  }

  leave(id: number): void {
    this.line = this.line.filter((asker) => asker.id !== id);
    this.serve();
  }

  private serve(): void {
    for (let head = this.line[0]; head !== undefined && head.weight <= this.available; head = this.line[0]) {
      this.line.shift();
      this.available -= head.weight;
      this.held.set(head.id, head.weight);
    }
  }
}

const weight = fc.integer({ min: 1, max: 4 });
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant('acquire' as const), weight }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('try' as const), weight }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('release' as const), pick: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('abort' as const), pick: fc.nat() }) },
  // Some steps follow one another in one tick, others let promises settle first.
  { weight: 2, arbitrary: fc.record({ type: fc.constant('settle' as const) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('close' as const), really: fc.nat(9) }) },
);

it('does what the model does, for any interleaving of askers, releases, aborts and a close', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 4, max: 6 }),
      fc.array(step, { maxLength: 80 }),
      async (capacity, steps) => {
        const semaphore = new Semaphore(capacity);
        const model = new Model(capacity);
        const permits = new Map<number, Permit>();
        const stops = new Map<number, AbortController>();
        const served: number[] = [];
        const gone: number[] = [];
        let ids = 0;
        let closed: Promise<void> | undefined;

        const settle = async (): Promise<void> => {
          await tick();
          expect([...permits.keys()].toSorted((a, b) => a - b)).toEqual(
            [...model.held.keys()].toSorted((a, b) => a - b),
          );
        };
        for (const current of steps) {
          if (current.type === 'acquire') {
            const id = ids++;
            const stop = new AbortController();
            stops.set(id, stop);
            semaphore.acquire({ weight: current.weight, signal: stop.signal }).then(
              (permit) => {
                served.push(id);
                permits.set(id, permit);
              },
              () => gone.push(id),
            );
            if (!model.isClosed) model.ask(id, current.weight);
          } else if (current.type === 'try') {
            const id = ids++;
            const permit = semaphore.tryAcquire(current.weight);
            expect(permit !== undefined).toBe(model.tryAsk(id, current.weight));
            if (permit !== undefined) permits.set(id, permit);
          } else if (current.type === 'release') {
            const id = [...permits.keys()][current.pick % Math.max(1, permits.size)];
            if (id === undefined) continue;
            permits.get(id)?.release();
            permits.get(id)?.release();
            permits.delete(id);
            model.release(id);
          } else if (current.type === 'abort') {
            const id = [...stops.keys()][current.pick % Math.max(1, stops.size)];
            if (id === undefined) continue;
            stops.get(id)?.abort();
            model.leave(id);
          } else if (current.type === 'close') {
            if (current.really > 0) continue;
            closed ??= semaphore.close();
            model.isClosed = true;
            model.line = [];
          } else await settle();
          expect(semaphore.available).toBe(model.available);
          expect(semaphore.waiting).toBe(model.line.length);
        }
        await settle();
        expect(served).toEqual(served.toSorted((a, b) => a - b));
        expect(new Set([...served, ...gone]).size).toBe(served.length + gone.length);
        while (permits.size > 0) {
          for (const [id, permit] of permits) {
            permits.delete(id);
            permit.release();
          }
          await tick();
        }
        expect([semaphore.available, semaphore.waiting]).toEqual([capacity, 0]);
        expect(served.length + gone.length).toBe(stops.size);
        await closed;
      },
    ),
    { numRuns: 200 },
  );
});
