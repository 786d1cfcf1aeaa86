import fc from 'fast-check';
import { expect, it } from 'vitest';
import { WorkerPool } from './worker-pool.ts';

const ageing = 4;

const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('submit' as const), priority: fc.integer({ min: 0, max: 3 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('end' as const), at: fc.nat(), isGood: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('abort' as const), at: fc.nat() }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('resize' as const), to: fc.integer({ min: 1, max: 4 }) }),
  },
);

interface Task {
  readonly id: number;
  readonly priority: number;
  readonly stop: AbortController;
  end: string;
}

/** What a pool is, said as simply as can be: lists that are sorted again and again. */
class Model {
  concurrency = 2;
  running: Task[] = [];
  queued: Task[] = [];
  blocked: Task[] = [];
  readonly started: number[] = [];
  readonly #maxQueued: number;
  readonly #isAgeing: boolean;

  constructor(maxQueued: number, isAgeing: boolean) {
    this.#maxQueued = maxQueued;
    this.#isAgeing = isAgeing;
  }

  /** Lets everything move that can. */
  settle(): void {
    for (const line of [this.queued, this.blocked]) line.sort((a, b) => this.#order(a, b));
    while (this.running.length < this.concurrency) {
      const task = this.queued.shift() ?? this.blocked.shift();
      if (task === undefined) break;
      this.running.push(task);
      this.started.push(task.id);
      this.#admit();
    }
    this.#admit();
  }

  #admit(): void {
    while (this.queued.length < this.#maxQueued) {
      const task = this.blocked.shift();
      if (task === undefined) break;
      this.queued.push(task);
      this.queued.sort((a, b) => this.#order(a, b));
    }
  }

  #order(a: Task, b: Task): number {
    const worth = (task: Task): number => task.id - task.priority * ageing;
    return (this.#isAgeing && worth(a) - worth(b)) || b.priority - a.priority || a.id - b.id;
  }
}

it('begins, ends and refuses tasks as a simple model does, whatever happens in whatever order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 80 }),
      fc.constantFrom(Infinity, 0, 1, 3),
      fc.boolean(),
      async (steps, maxQueued, isAgeing) => {
        const started: number[] = [];
        const gates: PromiseWithResolvers<void>[] = [];
        const tasks: Task[] = [];
        const ends: string[] = [];
        const model = new Model(maxQueued, isAgeing);
        const pool = new WorkerPool<number>(
          (id) => {
            started.push(id);
            return (gates[id] = Promise.withResolvers<void>()).promise;
          },
          { concurrency: model.concurrency, maxQueued, ...(isAgeing ? { ageing } : {}) },
        );
        for (const it of steps) {
          switch (it.kind) {
            case 'submit': {
              const task: Task = {
                id: tasks.length,
                priority: it.priority,
                stop: new AbortController(),
                end: '',
              };
              tasks.push(task);
              pool.submit(task.id, { priority: it.priority, signal: task.stop.signal }).then(
                () => (ends[task.id] = 'good'),
                (reason: unknown) => (ends[task.id] = String(reason)),
              );
              model.blocked.push(task);
              break;
            }
            case 'end': {
              const [task] = model.running.splice(it.at % Math.max(1, model.running.length), 1);
              if (task === undefined) break;
              if (it.isGood) gates[task.id]?.resolve();
              else gates[task.id]?.reject('bad');
              task.end ||= it.isGood ? 'good' : 'bad';
              break;
            }
            case 'abort': {
              const open = tasks.filter((task) => task.end === '');
              const task = open[it.at % Math.max(1, open.length)];
              if (task === undefined) break;
              task.stop.abort('aborted');
              task.end = 'aborted';
              model.queued = model.queued.filter((other) => other !== task);
              model.blocked = model.blocked.filter((other) => other !== task);
              break;
            }
            case 'resize':
              pool.concurrency = model.concurrency = it.to;
          }
          model.settle();
          await new Promise<void>((resolve) =>
            queueMicrotask(() => queueMicrotask(() => queueMicrotask(() => queueMicrotask(resolve)))),
          );
          expect(started).toEqual(model.started);
          expect([pool.running, pool.queued, pool.blocked]).toEqual([
            model.running.length,
            model.queued.length,
            model.blocked.length,
          ]);
          expect(tasks.map(({ id }) => ends[id] ?? '')).toEqual(tasks.map(({ end }) => end));
        }
        const accepted = [...model.running, ...model.queued].map(({ id }) => id);
        const closed = pool.close();
        for (const id of accepted) {
          while (gates[id] === undefined) await Promise.resolve();
          gates[id].resolve();
        }
        await closed;
        expect([...started].sort((a, b) => a - b)).toEqual(
          [...new Set([...model.started, ...accepted])].sort((a, b) => a - b),
        );
      },
    ),
  );
});
