import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createManualClock, tick } from '../time/manual-clock.ts';
import { WorkQueue } from './work-queue.ts';

const attempts = 3;
const backoffMs = (failed: number): number => failed * 10;

interface Entry {
  readonly item: number;
  attempt: number;
  dueMs: number;
}

/** What the queue promises, in the simplest words. */
class Model {
  ready: Entry[] = [];
  inFlight: Entry[] = [];
  retrying: Entry[] = [];
  adding: number[] = [];
  dead: number[] = [];
  done: number[] = [];
  nowMs = 0;
  readonly workers: number;
  readonly capacity: number;

  constructor(workers: number, capacity: number) {
    this.workers = workers;
    this.capacity = capacity;
  }

  add(item: number): void {
    this.adding.push(item);
    this.run();
  }

  succeed(place: number): void {
    this.done.push(...this.inFlight.splice(place, 1).map(({ item }) => item));
    this.run();
  }

  fail(place: number): void {
    for (const entry of this.inFlight.splice(place, 1)) {
      if (entry.attempt === attempts) this.dead.push(entry.item);
      else this.retrying.push({ ...entry, dueMs: this.nowMs + backoffMs(entry.attempt) });
    }
    this.run();
  }

  advance(ms: number): void {
    this.nowMs += ms;
    const due = this.retrying.filter(({ dueMs }) => dueMs <= this.nowMs).sort((a, b) => a.dueMs - b.dueMs);
    this.retrying = this.retrying.filter((entry) => !due.includes(entry));
    this.ready.push(...due);
    this.run();
  }

  redrive(): void {
    this.ready.push(...this.dead.splice(0).map((item) => ({ item, attempt: 0, dueMs: 0 })));
    this.run();
  }

  run(): void {
    const load = (): number => this.ready.length + this.inFlight.length + this.retrying.length;
    while (this.adding.length > 0 && load() < this.capacity) {
      this.ready.push(...this.adding.splice(0, 1).map((item) => ({ item, attempt: 0, dueMs: 0 })));
    }
    while (this.inFlight.length < this.workers && this.ready.length > 0) {
      this.inFlight.push(
        ...this.ready.splice(0, 1).map((entry) => ({ ...entry, attempt: entry.attempt + 1 })),
      );
    }
  }
}

type Step =
  | { readonly kind: 'add' }
  | { readonly kind: 'drain' }
  | { readonly kind: 'redrive' }
  | { readonly kind: 'abort' | 'fail' | 'succeed'; readonly place: number }
  | { readonly kind: 'advance'; readonly ms: number };

const placed = (kind: 'abort' | 'fail' | 'succeed') => fc.nat(3).map((place): Step => ({ kind, place }));

const steps = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.constant<Step>({ kind: 'add' }) },
    { weight: 2, arbitrary: placed('succeed') },
    { weight: 6, arbitrary: placed('fail') },
    { weight: 1, arbitrary: placed('abort') },
    {
      weight: 3,
      arbitrary: fc.integer({ min: 1, max: 25 }).map((ms): Step => ({ kind: 'advance', ms })),
    },
    { weight: 1, arbitrary: fc.constant<Step>({ kind: 'redrive' }) },
    { weight: 1, arbitrary: fc.constant<Step>({ kind: 'drain' }) },
  ),
  { minLength: 1, maxLength: 60 },
);

/** The queue and the model, taken through the same steps. */
class Run {
  readonly model: Model;
  readonly clock = createManualClock();
  readonly queue: WorkQueue<number>;
  /** How to end the work of each item that is in a worker's hands. */
  readonly ends = new Map<number, { resolve(): void; reject(reason: unknown): void }>();
  readonly adders = new Map<number, AbortController>();
  readonly gone: number[] = [];
  readonly drained: number[] = [];
  added = 0;

  constructor(workers: number, capacity: number) {
    this.model = new Model(workers, capacity);
    this.queue = new WorkQueue<number>({
      capacity,
      workers,
      attempts,
      backoff: backoffMs,
      clock: this.clock,
      work: (item) => new Promise<void>((resolve, reject) => this.ends.set(item, { resolve, reject })),
    });
  }

  async take(step: Step): Promise<void> {
    const { model, queue } = this;
    if (step.kind === 'add') this.#add();
    else if (step.kind === 'advance') {
      model.advance(step.ms);
      await this.clock.advance(step.ms);
    } else if (step.kind === 'redrive') {
      model.redrive();
      queue.deadLetters.redrive();
    } else if (step.kind === 'drain') {
      model.dead = [];
      this.drained.push(...queue.deadLetters.drain().map(({ item }) => item));
    } else if (step.kind === 'abort') this.#abort(step.place);
    else this.#finish(step.kind, step.place);
    await tick();
  }

  /** What both hold, item by item. */
  compare(): void {
    const { model, queue } = this;
    const { waiting, done } = queue.metrics();
    expect({
      inFlight: queue.inFlight().map(({ item, attempt }) => ({ item, attempt })),
      retrying: queue.retrying().map(({ item, attempt }) => ({ item, attempt })),
      dead: queue.deadLetters.list().map(({ item }) => item),
      waiting,
      done,
    }).toEqual({
      inFlight: model.inFlight.map(({ item, attempt }) => ({ item, attempt })),
      retrying: model.retrying.map(({ item, attempt }) => ({ item, attempt })),
      dead: model.dead,
      waiting: model.ready.length,
      done: model.done.length,
    });
  }

  #add(): void {
    const item = this.added++;
    const stop = new AbortController();
    this.adders.set(item, stop);
    this.queue.add(item, stop.signal).catch(() => this.gone.push(item));
    this.model.add(item);
  }

  #abort(place: number): void {
    for (const item of this.model.adding.splice(place, 1)) this.adders.get(item)?.abort();
  }

  #finish(how: 'fail' | 'succeed', place: number): void {
    const item = this.model.inFlight[place]?.item;
    if (item === undefined) return;
    this.model[how](place);
    if (how === 'fail') this.ends.get(item)?.reject(new Error('unlucky'));
    else this.ends.get(item)?.resolve();
  }
}

describe('WorkQueue under random interleavings', () => {
  it('holds at every step what a simple model holds, and in the end has lost and duplicated nothing', async () => {
    await fc.assert(
      fc.asyncProperty(
        steps,
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 5 }),
        fc.boolean(),
        async (script, workers, capacity, isFailing) => {
          const run = new Run(workers, capacity);
          for (const step of script) {
            await run.take(step);
            run.compare();
          }
          const handingBack = run.queue.handBack();
          const cut = run.model.inFlight.map(({ item }) => item);
          for (const item of cut) {
            if (isFailing) run.ends.get(item)?.reject(new Error('cut short'));
            else run.ends.get(item)?.resolve();
          }
          const back = (await handingBack).map(({ item }) => item);
          const done = [...run.model.done, ...(isFailing ? [] : cut)];
          const dead = run.queue.deadLetters.list().map(({ item }) => item);
          const everything = [...back, ...done, ...dead, ...run.drained, ...run.gone].sort((a, b) => a - b);
          expect(everything).toEqual(Array.from({ length: run.added }, (_, item) => item));
          expect(run.clock.timers).toBe(0);
        },
      ),
      { numRuns: 150 },
    );
  });
});
