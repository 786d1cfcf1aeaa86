export { Channel, type ChannelOptions } from './channels/channel.ts';
export { ChannelClosedError } from './channels/channel-closed-error.ts';
export { ChannelFullError } from './channels/channel-full-error.ts';
export type { Overflow } from './channels/overflow.ts';
export type { ReadableChannel, Received, WritableChannel } from './channels/ports.ts';
export { BatchProcessor, type BatchProcessorOptions } from './pools/batch-processor.ts';
export { BatchProcessorClosedError } from './pools/batch-processor-closed-error.ts';
export { BatchResultsError } from './pools/batch-results-error.ts';
export { boundedParallel, type BoundedParallelContext } from './pools/bounded-parallel.ts';
export {
  type SubmitOptions,
  type WorkContext,
  WorkerPool,
  type WorkerPoolOptions,
} from './pools/worker-pool.ts';
export { WorkerPoolClosedError } from './pools/worker-pool-closed-error.ts';
export {
  type Backoff,
  constantBackoff,
  decorrelatedBackoff,
  type DecorrelatedBackoffOptions,
  exponentialBackoff,
  type ExponentialBackoffOptions,
} from './resilience/backoff.ts';
export type { BreakerStrategy } from './resilience/breaker-strategy.ts';
export {
  CircuitBreaker,
  type CircuitBreakerOptions,
  type CircuitListener,
  type CircuitState,
} from './resilience/circuit-breaker.ts';
export { CircuitOpenError } from './resilience/circuit-open-error.ts';
export { ConsecutiveFailures } from './resilience/consecutive-failures.ts';
export type { Policy, Work } from './resilience/policy.ts';
export { type RateLimit, RateLimiter, type RateLimiterOptions } from './resilience/rate-limiter.ts';
export { RateLimiterClosedError } from './resilience/rate-limiter-closed-error.ts';
export { retry, type RetryContext, type RetryOptions } from './resilience/retry.ts';
export { SamplingFailures, type SamplingFailuresOptions } from './resilience/sampling-failures.ts';
export { Barrier, type BarrierOptions } from './sync/barrier.ts';
export { BarrierBrokenError } from './sync/barrier-broken-error.ts';
export { Latch } from './sync/latch.ts';
export { type LockOptions, Mutex } from './sync/mutex.ts';
export type { Permit } from './sync/permit.ts';
export { RwLock } from './sync/rw-lock.ts';
export type { RwMode, RwPermit } from './sync/rw-permit.ts';
export { type AcquireOptions, Semaphore } from './sync/semaphore.ts';
export { SyncClosedError } from './sync/sync-closed-error.ts';
export { type Clock, monotonicClock } from './time/clock.ts';
