import { randomUUID } from 'node:crypto';
import { silentLogger } from '@zaphub/telemetry';
import { AppError } from '@zaphub/types';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { createQueues, type QueueBackendOptions, type QueuesOptions } from './create-queues.ts';
import { defineJob, type JobDefinition } from './define-job.ts';
import { startDoomedConsumer } from './doomed-consumer.ts';
import type { Consumer, JobHandler, Queues } from './queues.ts';

/** A backend that the suite may stop and start. */
export interface BackendUnderTest {
  readonly backend: QueueBackendOptions;
  /** Ends it like a crash. */
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

interface Numbered {
  readonly n: number;
}

/** What a definition of numbered jobs leaves out to carry anything. */
const withoutPayload = {
  deduplicate: undefined,
  id: undefined,
  attemptsFor: undefined,
  urgencyFor: undefined,
} as const;

const patience = { timeout: 15_000, interval: 20 };

/** What every backend must do. */
export function describeQueues(name: string, setUp: () => Promise<BackendUnderTest>): void {
  describe(`queues on ${name}`, () => {
    let server: BackendUnderTest;
    let queues: Queues;

    beforeAll(async () => {
      server = await setUp();
      queues = await open();
    });
    afterAll(async () => {
      await queues.close({ deadlineMs: 1000 });
      await server.close();
    });

    const open = (options: Partial<QueuesOptions> = {}): Promise<Queues> =>
      createQueues({ backend: server.backend, logger: silentLogger, lockMs: 2000, graceMs: 200, ...options });
    const consume = async (
      definition: JobDefinition<Numbered>,
      handler: JobHandler<Numbered>,
      options: { readonly concurrency?: number } = {},
    ): Promise<Consumer> => {
      const consumer = await queues.consume(definition, handler, options);
      onTestFinished(() => consumer.close({ deadlineMs: 500 }));
      return consumer;
    };

    describe('add and consume', () => {
      it('hands each payload to the handler once', async () => {
        const numbers = job({ concurrency: 3 });
        const seen: number[] = [];
        await consume(numbers, async ({ payload, attempt, signal, closing }) => {
          expect([attempt, signal.aborted, closing.aborted]).toEqual([1, false, false]);
          seen.push(payload.n);
        });
        for (let n = 0; n < 20; n++) await queues.add(numbers, { n });
        await expect.poll(() => seen.length, patience).toBe(20);
        expect(new Set(seen).size).toBe(20);
        await expect
          .poll(() => queues.counts(numbers.queue), patience)
          .toMatchObject({
            waiting: 0,
            active: 0,
            completed: 20,
            failed: 0,
          });
        expect(queues.activity().find(({ queue }) => queue === numbers.queue)).toEqual({
          queue: numbers.queue,
          running: 0,
          places: 3,
          ended: { completed: 20, retried: 0, failed: 0 },
        });
      });

      it('refuses a payload that does not fit, before it is in the queue', async () => {
        const numbers = job();
        const loose = {
          ...numbers,
          schema: z.custom<{ n: unknown }>((value) => numbers.schema.safeParse(value).success),
          ...withoutPayload,
        };
        await expect(queues.add(loose, { n: 'one' })).rejects.toMatchObject({ code: 'internal' });
        expect((await queues.counts(numbers.queue)).waiting).toBe(0);
      });

      it('fails a stored payload that does not fit for good, without calling the handler', async () => {
        const numbers = job();
        const anything = defineJob<unknown>({ ...numbers, ...withoutPayload, schema: z.unknown() });
        let calls = 0;
        await consume(numbers, async () => void calls++);
        await queues.add(anything, { n: 'one' });
        await expect.poll(async () => (await queues.counts(numbers.queue)).failed, patience).toBe(1);
        expect(calls).toBe(0);
      });

      it('runs as many at once as it was told, and no more', async () => {
        const numbers = job();
        let running = 0;
        let most = 0;
        let done = 0;
        const gate = Promise.withResolvers<undefined>();
        await consume(
          numbers,
          async () => {
            running++;
            most = Math.max(most, running);
            if (running === 3) gate.resolve(undefined);
            await gate.promise;
            running--;
            done++;
          },
          { concurrency: 3 },
        );
        for (let n = 0; n < 9; n++) await queues.add(numbers, { n });
        await expect.poll(() => done, patience).toBe(9);
        expect(most).toBe(3);
      });

      it('does not start a delayed job before its time', async () => {
        const numbers = job();
        let startedAt = 0;
        await consume(numbers, async () => void (startedAt = Date.now()));
        const addedAt = Date.now();
        await queues.add(numbers, { n: 1 }, { delayMs: 400 });
        expect((await queues.counts(numbers.queue)).delayed).toBe(1);
        await expect.poll(() => startedAt, patience).toBeGreaterThan(0);
        expect(startedAt - addedAt).toBeGreaterThanOrEqual(400);
        expect(startedAt - addedAt).toBeLessThan(1900);
      });

      it('shares work between two processes’ consumers', async () => {
        const numbers = job();
        const other = during(await open());
        const done = { here: new Set<number>(), there: new Set<number>() };
        const bothWork = Promise.withResolvers<undefined>();
        const handle = (side: Set<number>) => async (context: { payload: Numbered }) => {
          side.add(context.payload.n);
          if (done.here.size > 0 && done.there.size > 0) bothWork.resolve(undefined);
          await bothWork.promise;
        };
        await consume(numbers, handle(done.here));
        await other.consume(numbers, handle(done.there));
        for (let n = 0; n < 20; n++) await queues.add(numbers, { n });
        await expect.poll(() => done.here.size + done.there.size, patience).toBe(20);
        expect([...done.here].filter((n) => done.there.has(n))).toEqual([]);
      });

      it('starts nothing while the queue is paused', async () => {
        const numbers = job();
        let calls = 0;
        await queues.pause(numbers.queue);
        await consume(numbers, async () => void calls++);
        await queues.add(numbers, { n: 1 });
        expect((await queues.counts(numbers.queue)).waiting).toBe(1);
        expect(calls).toBe(0);
        await queues.resume(numbers.queue);
        await expect.poll(() => calls, patience).toBe(1);
      });

      it('gives up an add whose signal aborts', async () => {
        const stop = new AbortController();
        stop.abort(new Error('not needed any more'));
        await expect(queues.add(job(), { n: 1 }, { signal: stop.signal })).rejects.toThrow('not needed');
      });
    });

    describe('doorbells', () => {
      it('collapse while their job waits', async () => {
        const doorbell = bell();
        for (let ring = 0; ring < 5; ring++) await queues.add(doorbell, { n: 1 });
        await queues.add(doorbell, { n: 2 });
        expect((await queues.counts(doorbell.queue)).waiting).toBe(2);
        const seen: number[] = [];
        await consume(doorbell, async ({ payload }) => void seen.push(payload.n));
        await expect.poll(() => seen.length, patience).toBe(2);
        expect(seen.toSorted((a, b) => a - b)).toEqual([1, 2]);
      });

      it('rung while their job runs are followed by exactly one more run, and never two at once', async () => {
        const doorbell = bell({ concurrency: 5 });
        const gates = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
        let runs = 0;
        let running = 0;
        let most = 0;
        await consume(doorbell, async () => {
          running++;
          most = Math.max(most, running);
          await gates[runs++]?.promise;
          running--;
        });
        await queues.add(doorbell, { n: 1 });
        await expect.poll(() => runs, patience).toBe(1);
        for (let ring = 0; ring < 4; ring++) await queues.add(doorbell, { n: 1 });
        expect(runs).toBe(1);
        gates[0]?.resolve(undefined);
        await expect.poll(() => runs, patience).toBe(2);
        gates[1]?.resolve(undefined);
        await expect
          .poll(() => queues.counts(doorbell.queue), patience)
          .toMatchObject({
            waiting: 0,
            active: 0,
            completed: 2,
          });
        expect([runs, most]).toEqual([2, 1]);
      });

      it('are never lost in the moment their job ends', async () => {
        const doorbell = bell({ concurrency: 4 });
        let lastStart = 0;
        let clock = 0;
        await consume(doorbell, async () => {
          lastStart = ++clock;
          await Promise.resolve();
        });
        for (let round = 0; round < 60; round++) {
          const rungAt = ++clock;
          await Promise.all([1, 2, 3].map(() => queues.add(doorbell, { n: 1 })));
          await expect.poll(() => lastStart > rungAt, patience).toBe(true);
        }
      });

      it('bring a job forward that waits for its next attempt', async () => {
        const doorbell = bell({ backoff: { firstDelayMs: 60_000, factor: 3 } });
        let runs = 0;
        await consume(doorbell, async () => {
          runs++;
          if (runs === 1) throw new Error('not yet');
        });
        await queues.add(doorbell, { n: 1 });
        await expect.poll(async () => (await queues.counts(doorbell.queue)).delayed, patience).toBe(1);
        await queues.add(doorbell, { n: 1 });
        await expect.poll(() => runs, patience).toBe(2);
      });

      it('for later neither wait for a later one nor hold back one that is due now', async () => {
        const doorbell = bell();
        const startedAt: number[] = [];
        await consume(doorbell, async () => void startedAt.push(Date.now()));
        const rungAt = Date.now();
        await queues.add(doorbell, { n: 1 }, { delayMs: 120_000 });
        await queues.add(doorbell, { n: 1 }, { delayMs: 600 });
        await queues.add(doorbell, { n: 1 });
        await expect.poll(() => startedAt.length, patience).toBe(2);
        expect(startedAt[0]).toBeLessThan(rungAt + 600);
        expect(startedAt[1]).toBeGreaterThanOrEqual(rungAt + 600);
        expect((await queues.counts(doorbell.queue)).delayed).toBe(1);
      });

      it('ring again after their job has failed for good', async () => {
        const doorbell = bell({ attempts: 1 });
        let runs = 0;
        await consume(doorbell, async () => {
          runs++;
          throw new Error('broken');
        });
        await queues.add(doorbell, { n: 1 });
        await expect.poll(async () => (await queues.counts(doorbell.queue)).failed, patience).toBe(1);
        await queues.add(doorbell, { n: 1 });
        await expect.poll(() => runs, patience).toBe(2);
      });

      it('rung after their process was killed are answered by another', async () => {
        const doorbell = bell();
        const doomed = await startDoomedConsumer(server.backend, doorbell);
        await queues.add(doorbell, { n: 1 });
        await doomed.tookJob;
        await doomed.kill();
        await queues.add(doorbell, { n: 1 });
        let runs = 0;
        await consume(doorbell, async () => void runs++);
        await expect.poll(() => runs, patience).toBe(2);
      }, 30_000);
    });

    describe('failures', () => {
      it('are tried again after exactly the delays of the definition, then given up', async () => {
        const failing = job({ attempts: 4, backoff: { firstDelayMs: 100, factor: 3 } });
        const startedAt: number[] = [];
        const attempts: number[] = [];
        await consume(failing, async ({ attempt }) => {
          startedAt.push(Date.now());
          attempts.push(attempt);
          throw new Error('broken');
        });
        await queues.add(failing, { n: 1 });
        await expect.poll(async () => (await queues.counts(failing.queue)).failed, patience).toBe(1);
        expect(attempts).toEqual([1, 2, 3, 4]);
        const activity = queues.activity().find(({ queue }) => queue === failing.queue);
        expect(activity?.ended).toEqual({ completed: 0, retried: 3, failed: 1 });
        const waits = startedAt.slice(1).map((at, index) => at - (startedAt[index] ?? 0));
        for (const [index, expected] of [100, 300, 900].entries()) {
          expect(waits[index]).toBeGreaterThanOrEqual(expected);
          expect(waits[index]).toBeLessThan(expected + 500);
        }
      });

      it('that cannot get better are not tried again', async () => {
        const failing = job();
        let calls = 0;
        await consume(failing, async () => {
          calls++;
          throw new AppError('not_found', 'the campaign is gone');
        });
        await queues.add(failing, { n: 1 });
        await expect.poll(async () => (await queues.counts(failing.queue)).failed, patience).toBe(1);
        expect(calls).toBe(1);
      });

      it('include running out of time, told by the signal', async () => {
        const slow = job({ attempts: 1, timeoutMs: 150 });
        let reason: unknown;
        await consume(slow, async ({ signal }) => {
          await untilAborted(signal);
          reason = signal.reason;
          throw new Error('gave up');
        });
        await queues.add(slow, { n: 1 });
        await expect.poll(async () => (await queues.counts(slow.queue)).failed, patience).toBe(1);
        expect(reason).toMatchObject({ code: 'timeout' });
      });

      it('do not include work that was finished after its time but did end well', async () => {
        const slow = job({ attempts: 1, timeoutMs: 100 });
        await consume(slow, ({ signal }) => untilAborted(signal));
        await queues.add(slow, { n: 1 });
        await expect.poll(async () => (await queues.counts(slow.queue)).completed, patience).toBe(1);
      });

      it('of a handler that ignores its signal do not block the place it held', async () => {
        const stuck = job({ attempts: 1, timeoutMs: 100 });
        let calls = 0;
        await consume(stuck, async () => {
          calls++;
          if (calls === 1) await new Promise<never>(() => undefined);
        });
        await queues.add(stuck, { n: 1 });
        await queues.add(stuck, { n: 2 });
        await expect
          .poll(() => queues.counts(stuck.queue), patience)
          .toMatchObject({
            failed: 1,
            completed: 1,
          });
      });
    });

    describe('closing', () => {
      it('finishes what runs, takes nothing new, and tells the handler', async () => {
        const numbers = job();
        const started = Promise.withResolvers<undefined>();
        let finished = 0;
        const consumer = await consume(numbers, async ({ closing, signal }) => {
          started.resolve(undefined);
          await untilAborted(closing);
          expect(signal.aborted).toBe(false);
          finished++;
        });
        await queues.add(numbers, { n: 1 });
        await queues.add(numbers, { n: 2 });
        await started.promise;
        await Promise.all([consumer.close(), consumer.close()]);
        expect(finished).toBe(1);
        expect(await queues.counts(numbers.queue)).toMatchObject({ completed: 1, waiting: 1, active: 0 });
      });

      it('aborts what runs longer than the deadline', async () => {
        const numbers = job();
        const started = Promise.withResolvers<undefined>();
        let aborted = false;
        const consumer = await consume(numbers, async ({ signal }) => {
          started.resolve(undefined);
          await untilAborted(signal);
          aborted = true;
          throw new Error('gave up');
        });
        await queues.add(numbers, { n: 1 });
        await started.promise;
        await consumer.close({ deadlineMs: 100 });
        expect(aborted).toBe(true);
        expect(await queues.counts(numbers.queue)).toMatchObject({ active: 0, delayed: 1 });
      });

      it('refuses what comes after it', async () => {
        const closed = await open();
        await closed.close();
        await closed.close();
        await expect(closed.add(job(), { n: 1 })).rejects.toMatchObject({ code: 'unavailable' });
        await expect(closed.consume(job(), async () => undefined)).rejects.toMatchObject({
          code: 'unavailable',
        });
      });
    });

    describe('while the backend is away', () => {
      it('refuses in time, and a consumer goes on by itself when it is back', async () => {
        const numbers = job({ attempts: 20, backoff: { firstDelayMs: 200, factor: 1 } });
        const impatient = during(await open({ addTimeoutMs: 1000 }));
        const seen = new Set<number>();
        let consumer: Consumer | undefined = await impatient.consume(numbers, async ({ payload }) => {
          seen.add(payload.n);
        });
        onTestFinished(() => consumer?.close({ deadlineMs: 500 }));
        await impatient.add(numbers, { n: 0 });
        await expect.poll(() => seen.has(0), patience).toBe(true);

        for (const round of [1, 2]) {
          await server.stop();
          const askedAt = performance.now();
          const refusal = await impatient.add(numbers, { n: -1 }).catch((error: unknown) => error);
          expect(refusal).toMatchObject({ retryable: true });
          await expect(impatient.ping()).rejects.toMatchObject({ retryable: true });
          expect(performance.now() - askedAt).toBeLessThan(3000);
          await server.start();
          await expect
            .poll(
              async () =>
                impatient.add(numbers, { n: round }).then(
                  () => true,
                  () => false,
                ),
              patience,
            )
            .toBe(true);
          await expect.poll(() => seen.has(round), patience).toBe(true);
        }
        await consumer.close();
        consumer = undefined;
      }, 60_000);

      it('fails a start in time', async () => {
        await server.stop();
        const askedAt = performance.now();
        await expect(open()).rejects.toMatchObject({ code: 'unavailable' });
        expect(performance.now() - askedAt).toBeLessThan(6000);
        await server.start();
        await during(await open()).ping();
      }, 60_000);

      it('closes in time', async () => {
        const doomed = await open();
        const numbers = job();
        await doomed.consume(numbers, async () => undefined);
        await doomed.add(numbers, { n: 1 });
        await server.stop();
        const askedAt = performance.now();
        await doomed.close({ deadlineMs: 500 });
        expect(performance.now() - askedAt).toBeLessThan(5000);
        await server.start();
      }, 60_000);
    });
  });
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function during<T extends { close(): Promise<void> }>(thing: T): T {
  onTestFinished(() => thing.close());
  return thing;
}

function job(changes: Partial<JobDefinition<Numbered>> = {}): JobDefinition<Numbered> {
  return defineJob({
    queue: `test.${randomUUID()}`,
    name: 'test.run',
    schema: z.object({ n: z.number() }),
    priority: 5,
    attempts: 3,
    backoff: { firstDelayMs: 50, factor: 3 },
    timeoutMs: 10_000,
    concurrency: 1,
    ...changes,
  });
}

function bell(changes: Partial<JobDefinition<Numbered>> = {}): JobDefinition<Numbered> {
  return job({ deduplicate: ({ n }) => `lane-${n}`, ...changes });
}
