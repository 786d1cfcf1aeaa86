import type { Job, Queue } from 'bullmq';
import { silentLogger } from '@zaphub/telemetry';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { BackendUnderTest } from './conformance.ts';
import { createQueues } from './create-queues.ts';
import type { JobDefinition } from './define-job.ts';
import {
  jobs,
  maintenanceCleanup,
  messageReceive,
  messageSend,
  messageStatus,
  queueNames,
  sessionClose,
  sessionInit,
  webhookDelivery,
} from './jobs.ts';
import type { JobHandler, Queues } from './queues.ts';

const patience = { timeout: 15_000, interval: 20 };
const tenantId = '0193b1a2-7c3d-7e4f-8a5b-123456789012';
const connectionId = '0193b1a2-7c3d-7e4f-8a5b-123456789013';
const ring = { tenantId, connectionId };

/** What operators may rely on, and the waits of the table, on every backend. */
export function describeQueueAdmin(name: string, setUp: () => Promise<BackendUnderTest>): void {
  describe(`the table of queues on ${name}`, () => {
    let server: BackendUnderTest;
    let queues: Queues;

    beforeAll(async () => {
      server = await setUp();
    });
    // Each test has installations of its own, so that the queues of the table are empty.
    beforeEach(async () => {
      queues = await createQueues({
        backend: server.backend,
        logger: silentLogger,
        lockMs: 2000,
        graceMs: 200,
        prefix: `test${++installations}`,
      });
      onTestFinished(() => queues.close({ deadlineMs: 500 }));
    });
    afterAll(() => server.close());

    const consume = async <P>(job: JobDefinition<P>, handler: JobHandler<NoInfer<P>>): Promise<void> => {
      const consumer = await queues.consume(job, handler);
      onTestFinished(() => consumer.close({ deadlineMs: 500 }));
    };
    // What `bull` answers is BullMQ's own queue, whatever backend it has.
    const bullQueue = async (queue: string): Promise<Queue> => {
      const bull = await queues.admin.bull(queue);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as the line above says
      return bull as Queue;
    };

    /** The delays, in seconds, that the backend stored for each next try of a job that always fails. */
    async function storedDelays<P>(job: JobDefinition<P>, payload: P): Promise<number[]> {
      await consume(job, () => Promise.reject(new Error('no luck')));
      await queues.add(job, payload);
      const bull = await bullQueue(job.queue);
      const delays: number[] = [];
      for (let failures = 1; ; failures++) {
        const stored = await afterFailure(bull, failures);
        if ((await stored.getState()) === 'failed') return delays;
        delays.push(stored.delay / 1000);
        await stored.promote();
      }
    }

    async function afterFailure(bull: Queue, failures: number): Promise<Job> {
      let found: Job | undefined;
      await expect
        .poll(async () => {
          const [job] = await bull.getJobs(['delayed', 'failed']);
          found = job;
          return job?.attemptsMade;
        }, patience)
        .toBe(failures);
      if (found === undefined) throw new Error('unreachable: it was just found');
      return found;
    }

    it.each([
      ['session.init', () => storedDelays(sessionInit, ring), [5, 15, 45]],
      ['session.close', () => storedDelays(sessionClose, ring), [5]],
      ['message.send', () => storedDelays(messageSend, ring), [2, 6, 18, 54, 162]],
      ['message.receive', () => storedDelays(messageReceive, ring), [2, 6]],
      ['message.status', () => storedDelays(messageStatus, ring), [2, 6]],
      [
        'webhook.delivery',
        () => storedDelays(webhookDelivery, { tenantId, endpointId: connectionId }),
        [10, 30, 90],
      ],
      ['maintenance.cleanup', () => storedDelays(maintenanceCleanup, {}), []],
    ])('stores the waits of %s as the table has them', async (_queue, delaysOf, expected) => {
      expect(await delaysOf()).toEqual(expected);
    });

    it('is opened whole, and counted queue by queue', async () => {
      await queues.admin.initialise();
      await queues.add(messageSend, ring);
      await queues.add(messageSend, ring, { delayMs: 60_000 });
      const all = await queues.admin.allMetrics();
      expect(all.map(({ queue }) => queue)).toEqual(queueNames);
      expect(all.find(({ queue }) => queue === 'message.send')).toEqual({
        queue: 'message.send',
        waiting: 1,
        active: 0,
        delayed: 1,
        completed: 0,
        failed: 0,
        total: 2,
        isPaused: false,
      });
    });

    it('is paused and resumed as a whole', async () => {
      await queues.admin.pauseAll();
      const seen: string[] = [];
      await consume(messageSend, ({ payload }) => Promise.resolve(void seen.push(payload.connectionId)));
      await queues.add(messageSend, ring);
      expect((await queues.admin.allMetrics()).every(({ isPaused }) => isPaused)).toBe(true);
      expect(await queues.admin.metrics('message.send')).toMatchObject({ waiting: 1, active: 0 });
      await queues.admin.resumeAll();
      await expect.poll(() => seen, patience).toEqual([connectionId]);
      expect((await queues.admin.allMetrics()).some(({ isPaused }) => isPaused)).toBe(false);
    });

    it('shows what failed and why, and lets it be tried again with all its attempts', async () => {
      let isBroken = true;
      const attempts: number[] = [];
      await consume(maintenanceCleanup, ({ attempt }) => {
        attempts.push(attempt);
        return isBroken ? Promise.reject(new Error('no luck')) : Promise.resolve();
      });
      await queues.add(maintenanceCleanup, {});
      const { admin } = queues;
      const queue = maintenanceCleanup.queue;
      await expect.poll(async () => (await admin.metrics(queue)).failed, patience).toBe(1);
      const [failed] = await admin.failedJobs(queue);
      expect(failed).toMatchObject({
        name: 'maintenance.cleanup',
        payload: {},
        attemptsMade: 1,
        error: 'no luck',
        failedAt: expect.any(Date),
      });
      isBroken = false;
      expect(await admin.retryFailed(queue, ['no such job'])).toBe(0);
      expect(await admin.retryFailed(queue)).toBe(1);
      await expect.poll(() => admin.metrics(queue), patience).toMatchObject({ failed: 0, completed: 1 });
      expect(attempts).toEqual([1, 1]);
    });

    it('forgets what ended long enough ago, and nothing younger', async () => {
      await consume(messageSend, () => Promise.resolve());
      await queues.add(messageSend, ring);
      const { admin } = queues;
      await expect.poll(async () => (await admin.metrics('message.send')).completed, patience).toBe(1);
      expect(await admin.clean('message.send', { state: 'completed', olderThanMs: 3_600_000 })).toBe(0);
      expect(await admin.clean('message.send', { state: 'failed', olderThanMs: 0 })).toBe(0);
      expect(await admin.cleanOld(0)).toBe(1);
      expect((await admin.metrics('message.send')).completed).toBe(0);
    });

    it('is drained of what waits, and of what waits for its time only when told', async () => {
      await queues.add(messageSend, ring);
      await queues.add(messageSend, ring, { delayMs: 60_000 });
      expect(await queues.admin.drain('message.send')).toBe(1);
      expect(await queues.admin.metrics('message.send')).toMatchObject({ waiting: 0, delayed: 1 });
      expect(await queues.admin.drain('message.send', { withDelayed: true })).toBe(1);
      expect((await queues.admin.metrics('message.send')).total).toBe(0);
      // A doorbell that was thrown away can be rung again.
      await queues.add(messageSend, ring);
      expect((await queues.admin.metrics('message.send')).waiting).toBe(1);
    });

    it('has no queue that nobody declared', async () => {
      await expect(queues.admin.metrics('message:send')).rejects.toMatchObject({ code: 'not_found' });
      expect(Object.values(jobs)).toHaveLength(queueNames.length);
    });

    it('is worked on only as far as a process was told to', async () => {
      const some = await createQueues({
        backend: server.backend,
        logger: silentLogger,
        prefix: `test${installations}`,
        consumes: new Set(['message.receive']),
      });
      onTestFinished(() => some.close({ deadlineMs: 500 }));
      const seen: string[] = [];
      const note = (queue: string) => () => Promise.resolve(void seen.push(queue));
      await some.consume(messageSend, note('message.send'));
      await some.consume(messageReceive, note('message.receive'));
      await queues.add(messageSend, ring);
      await queues.add(messageReceive, ring);
      await expect.poll(() => seen, patience).toEqual(['message.receive']);
      expect(await queues.admin.metrics('message.send')).toMatchObject({ waiting: 1, active: 0 });
      expect(some.activity().map(({ queue }) => queue)).toEqual(['message.receive']);
    });

    it('comes by the clock where it is scheduled, once however many ask for it', async () => {
      const runs: number[] = [];
      await consume(maintenanceCleanup, () => Promise.resolve(void runs.push(Date.now())));
      await Promise.all([1, 2, 3].map(() => queues.schedule(maintenanceCleanup, {}, { everyMs: 300 })));
      await expect.poll(() => runs.length, patience).toBeGreaterThanOrEqual(2);
      const bull = await bullQueue(maintenanceCleanup.queue);
      expect(await bull.getJobSchedulersCount()).toBe(1);
    });
  });
}

let installations = 0;
