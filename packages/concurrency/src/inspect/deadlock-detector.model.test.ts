import { array, assert, asyncProperty, constantFrom, nat, record } from 'fast-check';
import { expect, it } from 'vitest';
import { Mutex } from '../sync/mutex.ts';
import type { Permit } from '../sync/permit.ts';
import { createManualClock } from '../time/manual-clock.ts';
import { DeadlockDetector } from './deadlock-detector.ts';

const step = record({
  does: constantFrom('abort', 'acquire', 'acquire', 'release'),
  task: nat(3),
  lock: nat(2),
});

/** A mutex as a textbook draws it. */
interface DrawnLock {
  holder: number | undefined;
  line: number[];
}

/** Who waits for whom in turn, from a task back to itself; `undefined` when the chain ends. */
function cycleThrough(task: number, drawn: readonly DrawnLock[]): number[] | undefined {
  const chain = [task];
  for (;;) {
    const last = chain.at(-1) ?? task;
    const next = drawn.find(({ line }) => line.includes(last))?.holder;
    if (next === undefined || (next !== task && chain.includes(next))) return undefined;
    if (next === task) return chain;
    chain.push(next);
  }
}

it('tells a deadlock exactly when a cycle closes in the textbook', async () => {
  await assert(
    asyncProperty(array(step, { maxLength: 40 }), async (steps) => {
      const detector = new DeadlockDetector({ clock: createManualClock(), onDeadlock: () => undefined });
      const tasks = [0, 1, 2, 3].map((index) => ({
        watched: detector.task(`${index}`),
        abort: new AbortController(),
      }));
      const locks = [0, 1, 2].map((index) => {
        const mutex = new Mutex();
        detector.watchLock(`${index}`, mutex);
        const drawn: DrawnLock = { holder: undefined, line: [] };
        const held: { permit?: Permit } = {};
        return { mutex, drawn, held };
      });
      const drawn = locks.map((lock) => lock.drawn);
      for (const { does, task: index, lock: at } of steps) {
        const [task, lock] = [tasks[index], locks[at]];
        if (task === undefined || lock === undefined) continue;
        const waitsAt = drawn.find(({ line }) => line.includes(index));
        let cycle: number[] | undefined;
        if (does === 'acquire' && waitsAt === undefined) {
          task.abort = new AbortController();
          const { signal } = task.abort;
          const take = (permit: Permit): void => void (lock.held.permit = permit);
          task.watched.call(() => lock.mutex.acquire({ signal })).then(take, () => undefined);
          if (lock.drawn.holder === undefined) lock.drawn.holder = index;
          else lock.drawn.line.push(index);
          cycle = cycleThrough(index, drawn);
        } else if (does === 'abort' && waitsAt !== undefined) {
          task.abort.abort();
          waitsAt.line = waitsAt.line.filter((other) => other !== index);
        } else if (does === 'release' && lock.drawn.holder === index) {
          lock.drawn.holder = lock.drawn.line.shift();
          lock.held.permit?.release();
        }
        // Whoever was handed a permit gets to know.
        await Promise.resolve();
        const told = detector.check().map(({ steps }) => steps.map((step) => step.task).toSorted());
        expect(told).toEqual(cycle === undefined ? [] : [cycle.map(String).toSorted()]);
      }
      detector.close();
    }),
    { numRuns: 300 },
  );
});
