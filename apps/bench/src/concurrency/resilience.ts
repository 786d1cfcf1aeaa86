import Bottleneck from 'bottleneck';
import {
  BulkheadPartition,
  CircuitBreaker,
  ConsecutiveFailures,
  exponentialBackoff,
  RateLimiter,
  RetryPolicy,
  SamplingFailures,
  TimeoutPolicy,
  wrap,
} from '@zaphub/concurrency';
import * as cockatiel from 'cockatiel';
import Opossum from 'opossum';
import type { Comparison, Operation } from './comparison.ts';

const work = async (): Promise<number> => 1;
const failing = (): Promise<never> => Promise.reject(new Error('down'));

/** Milliseconds; longer than any run. */
const never = 3_600_000;
const attempts = 3;
const slots = 100;
const rate = 1e9;

/** One call after the other. */
function calls(call: () => PromiseLike<unknown>): Operation {
  return async (count) => {
    for (let done = 0; done < count; done++) await call();
  };
}

/** Calls that are all refused. */
function refusals(open: () => Promise<unknown>, call: () => Promise<unknown>): Operation {
  return async (count) => {
    await open().catch(() => undefined);
    let refused = 0;
    for (let done = 0; done < count; done++) await call().catch(() => refused++);
    if (refused !== count) throw new Error(`${count - refused} calls went through an open circuit`);
  };
}

/** Calls that come `atOnce` at a time. */
function crowds(atOnce: number, call: () => Promise<unknown>): Operation {
  return async (count) => {
    for (let done = 0; done < count; done += atOnce) await Promise.all(Array.from({ length: atOnce }, call));
  };
}

const retry = new RetryPolicy({ attempts, backoff: exponentialBackoff({ firstDelayMs: 100 }) });
const breaker = (failures: number): CircuitBreaker =>
  new CircuitBreaker({ strategy: new ConsecutiveFailures(failures), resetAfterMs: never });
const bulkhead = new BulkheadPartition('bulkhead', { maxConcurrent: slots, maxQueued: slots });

const theirRetry = cockatiel.retry(cockatiel.handleAll, {
  maxAttempts: attempts - 1,
  backoff: new cockatiel.ExponentialBackoff(),
});
const theirBreaker = (failures: number): cockatiel.CircuitBreakerPolicy =>
  cockatiel.circuitBreaker(cockatiel.handleAll, {
    halfOpenAfter: never,
    breaker: new cockatiel.ConsecutiveBreaker(failures),
  });
const theirBulkhead = cockatiel.bulkhead(slots, slots);

const window = { ratio01: 0.5, windowMs: 30_000, minimumCalls: 20 };
const sampling = new CircuitBreaker({ strategy: new SamplingFailures(window), resetAfterMs: never });
const theirSampling = cockatiel.circuitBreaker(cockatiel.handleAll, {
  halfOpenAfter: never,
  breaker: new cockatiel.SamplingBreaker({ threshold: 0.5, duration: 30_000, minimumRps: 1 }),
});

const opossum = new Opossum(work, { timeout: false });
const opossumWithSlots = new Opossum(work, { timeout: false, capacity: slots });
const opossumWithTimeout = new Opossum(work, { timeout: 3000 });
const opossumOpen = new Opossum(failing, { timeout: false, resetTimeout: never });

/** Breakers, bulkheads, retries and limits, around work that does nothing. */
export const resilienceComparisons: readonly Comparison[] = [
  {
    row: 'circuit breaker: closed, failures in a row',
    count: 300_000,
    ours: calls(bind(breaker(5), work)),
    peers: { cockatiel: calls(bind(theirBreaker(5), work)), opossum: calls(() => opossum.fire()) },
    goals: [{ peer: 'cockatiel', ratio: 1 }],
    note: 'opossum keeps a rolling window and emits events at every call; it cannot count failures in a row',
  },
  {
    row: 'circuit breaker: closed, failures of a window',
    count: 300_000,
    ours: calls(bind(sampling, work)),
    peers: { cockatiel: calls(bind(theirSampling, work)), opossum: calls(() => opossum.fire()) },
    goals: [{ peer: 'cockatiel', ratio: 1 }],
    note: 'ours keeps ten slices of the window, cockatiel five, opossum ten with latency percentiles',
  },
  {
    row: 'circuit breaker: open, the call is refused',
    count: 50_000,
    ours: refusing(breaker(1)),
    peers: {
      cockatiel: refusing(theirBreaker(1)),
      opossum: refusals(
        () => opossumOpen.fire(),
        () => opossumOpen.fire(),
      ),
    },
    goals: [],
    note: "most of it is the error's stack trace; ours also says when to come back",
  },
  {
    row: 'retry + breaker + bulkhead',
    count: 200_000,
    ours: calls(bind(wrap(retry, breaker(5), bulkhead), work)),
    peers: {
      cockatiel: calls(bind(cockatiel.wrap(theirRetry, theirBreaker(5), theirBulkhead), work)),
      opossum: calls(() => opossumWithSlots.fire()),
    },
    goals: [
      { peer: 'cockatiel', ratio: 2 },
      { peer: 'opossum', ratio: 1.5 },
    ],
    note: 'opossum has no retry, and its capacity refuses where the others let wait',
  },
  {
    row: 'retry alone',
    count: 300_000,
    ours: calls(bind(retry, work)),
    peers: { cockatiel: calls(bind(theirRetry, work)) },
    goals: [],
  },
  {
    row: 'bulkhead alone, a slot is free',
    count: 300_000,
    ours: calls(bind(bulkhead, work)),
    peers: { cockatiel: calls(bind(theirBulkhead, work)) },
    goals: [],
  },
  {
    row: 'bulkhead alone, half of the calls wait',
    count: 200_000,
    ours: crowds(slots * 2, bind(bulkhead, work)),
    peers: { cockatiel: crowds(slots * 2, bind(theirBulkhead, work)) },
    goals: [],
    note: 'cockatiel frees the slot and races for it; ours hands it to the first in line',
  },
  {
    row: 'timeout alone',
    count: 100_000,
    ours: calls(bind(new TimeoutPolicy(3000), work)),
    peers: {
      cockatiel: calls(bind(cockatiel.timeout(3000, cockatiel.TimeoutStrategy.Aggressive), work)),
      'opossum, breaker with a timeout': calls(() => opossumWithTimeout.fire()),
    },
    goals: [],
    note: 'opossum gives the work no signal unless it is handed a controller',
  },
  {
    row: 'rate limiter: 100 works at a time, tokens there',
    count: 100_000,
    ours: crowds(100, bind(new RateLimiter({ rate, burst: rate }), work)),
    peers: { bottleneck: crowds(100, () => bottleneck.schedule(work)) },
    goals: [{ peer: 'bottleneck', ratio: 1.5 }],
    peerCounts: { bottleneck: 400 },
    note: 'bottleneck waits for timers at every job, even one without limits, and refills by steps of 250 ms at least; ours is exact at every instant',
  },
];

const bottleneck = new Bottleneck({
  reservoir: rate,
  reservoirIncreaseInterval: 1000,
  reservoirIncreaseAmount: rate,
  reservoirIncreaseMaximum: rate,
});

interface Executor {
  execute<T>(work: () => Promise<T>): Promise<T>;
}

function bind(policy: Executor, work: () => Promise<unknown>): () => Promise<unknown> {
  return () => policy.execute(work);
}

function refusing(policy: Executor): Operation {
  return refusals(bind(policy, failing), bind(policy, work));
}
