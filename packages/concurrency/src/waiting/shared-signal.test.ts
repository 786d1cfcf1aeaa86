import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { Channel } from '../channels/channel.ts';
import { merge } from '../channels/merge.ts';
import { PriorityChannel } from '../channels/priority-channel.ts';
import { select } from '../channels/select.ts';
import { RequestReply } from '../messaging/request-reply.ts';
import { WorkQueue } from '../messaging/work-queue.ts';
import { Pipeline } from '../pipelines/pipeline.ts';
import { BatchProcessor } from '../pools/batch-processor.ts';
import { boundedParallel } from '../pools/bounded-parallel.ts';
import { coalesce } from '../pools/coalesce.ts';
import { WorkerPool } from '../pools/worker-pool.ts';
import { BulkheadPartition } from '../resilience/bulkhead-partition.ts';
import { RateLimiter } from '../resilience/rate-limiter.ts';
import { retry } from '../resilience/retry.ts';
import { timeout } from '../resilience/timeout.ts';
import { Barrier } from '../sync/barrier.ts';
import { Latch } from '../sync/latch.ts';
import { Mutex } from '../sync/mutex.ts';
import { RwLock } from '../sync/rw-lock.ts';
import { createManualClock, tick } from '../time/manual-clock.ts';

type Wait = (signal: AbortSignal) => Promise<unknown>;

const never = (): Promise<never> => new Promise(() => undefined);
const clock = createManualClock();

/** By name, what makes a wait that nothing but its signal ends. */
const waits: Record<string, () => Wait> = {
  'Channel.receive': () => {
    const channel = new Channel(1);
    return (signal) => channel.receive(signal);
  },
  'PriorityChannel.send': () => {
    const channel = new PriorityChannel<number>(0);
    return (signal) => channel.send(1, 1, signal);
  },
  merge: () => {
    const merged = merge([new Channel(1), new Channel(1)]);
    return (signal) => merged.receive(signal);
  },
  select: () => {
    const [left, right] = [new Channel(1), new Channel(1)];
    return (signal) => select({ left, right }, { signal });
  },
  Mutex: () => {
    const mutex = new Mutex();
    void mutex.run(never);
    return (signal) => mutex.run(never, { signal });
  },
  RwLock: () => {
    const lock = new RwLock();
    void lock.write(never);
    return (signal) => lock.read(never, { signal });
  },
  Barrier: () => {
    const barrier = new Barrier(1e6, { whenAborted: 'leave' });
    return (signal) => barrier.wait(signal);
  },
  Latch: () => {
    const latch = new Latch(1);
    return (signal) => latch.wait(signal);
  },
  'RateLimiter.acquire': () => {
    const limiter = new RateLimiter({ rate: 1, burst: 1, clock });
    limiter.tryAcquire();
    return (signal) => limiter.acquire(signal);
  },
  BulkheadPartition: () => {
    const partition = new BulkheadPartition('all', { maxConcurrent: 1, maxQueued: 1000 });
    void partition.execute(never);
    return (signal) => partition.execute(never, signal);
  },
  retry: () => (signal) =>
    retry(() => Promise.reject(new Error('busy')), { attempts: 2, backoff: () => 1000, signal, clock }),
  timeout: () => (signal) => timeout(never, 1000, { signal, clock }),
  'WorkerPool.submit, not begun': () => {
    const pool = new WorkerPool(never, { concurrency: 1, maxQueued: 10 });
    void pool.submit(undefined);
    return (signal) => pool.submit(undefined, { signal });
  },
  'BatchProcessor.add': () => {
    const batches = new BatchProcessor({ maxSize: 10, maxWaitMs: 1000, process: never, clock });
    return (signal) => batches.add(1, signal);
  },
  boundedParallel: () => (signal) => boundedParallel(new Channel(1), 1, never, { signal }),
  'coalesce.get': () => {
    const cache = coalesce(never);
    return (signal) => cache.get('key', signal);
  },
  Pipeline: () => (signal) => Pipeline.from(new Channel(1), { signal }).drain(),
  'RequestReply.request': () => {
    const requests = new RequestReply({ maxPending: 1000, clock });
    return (signal) => requests.request(1, { signal });
  },
  'WorkQueue.add': () => {
    const queue = new WorkQueue({ work: never, capacity: 1 });
    void queue.add(1);
    return (signal) => queue.add(2, signal);
  },
};

describe('a signal that many share', () => {
  it.each(Object.entries(waits))('has one listener for all who wait: %s', async (_name, make) => {
    const stop = new AbortController();
    const wait = make();
    const waiting = Array.from({ length: 100 }, () => wait(stop.signal));
    const ends = Promise.allSettled(waiting);
    await tick();
    // Adding and removing one of many listeners takes as long as there are many: 40,000 would take a minute.
    expect(getEventListeners(stop.signal, 'abort')).toHaveLength(1);
    stop.abort(new Error('enough'));
    for (const end of await ends)
      expect(end).toMatchObject({ status: 'rejected', reason: { message: 'enough' } });
    expect(getEventListeners(stop.signal, 'abort')).toHaveLength(0);
  });
});
