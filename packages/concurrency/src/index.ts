export { Broadcast } from './channels/broadcast.ts';
export { Channel, type ChannelOptions } from './channels/channel.ts';
export { ChannelClosedError } from './channels/channel-closed-error.ts';
export { ChannelFullError } from './channels/channel-full-error.ts';
export { debounce, type Debounced, type DebounceOptions } from './channels/debounce.ts';
export { merge, type Merged } from './channels/merge.ts';
export type { Overflow } from './channels/overflow.ts';
export type { LeaveLine, ReadableChannel, Received, WritableChannel } from './channels/ports.ts';
export { joinReceivers, joinSenders } from './channels/ports.ts';
export { PriorityChannel, type PriorityChannelOptions } from './channels/priority-channel.ts';
export { type SelectCases, select, type Selected, type SelectOptions, trySelect } from './channels/select.ts';
export { type SendCase, sendTo } from './channels/send-case.ts';
export type { Subscription, SubscriptionOptions } from './channels/subscription.ts';
export { throttle, type Throttled, type ThrottleOptions } from './channels/throttle.ts';
export type {
  DeadLetter,
  DeadLetterFilter,
  DeadLetters,
  DeadLettersOptions,
} from './messaging/dead-letters.ts';
export type { IncomingRequest } from './messaging/exchange.ts';
export { PubSub, type TopicMessage } from './messaging/pub-sub.ts';
export {
  type RequestHandler,
  type RequestOptions,
  RequestReply,
  type RequestReplyOptions,
  type ServeOptions,
} from './messaging/request-reply.ts';
export { RequestReplyClosedError } from './messaging/request-reply-closed-error.ts';
export { RequestTimeoutError } from './messaging/request-timeout-error.ts';
export { TooManyRequestsError } from './messaging/too-many-requests-error.ts';
export type { WorkAttempt, WorkFailures, WorkItem } from './messaging/work-item.ts';
export { WorkQueue, type WorkQueueMetrics, type WorkQueueOptions } from './messaging/work-queue.ts';
export { WorkQueueClosedError } from './messaging/work-queue-closed-error.ts';
export { DynamicPipeline, type DynamicStageOptions } from './pipelines/dynamic-pipeline.ts';
export type { ErrorStream, ErrorStreamOptions } from './pipelines/error-stream.ts';
export type { PipelineOptions } from './pipelines/flow.ts';
export type { PipelineSource } from './pipelines/intake.ts';
export { type LatencyBuckets, LatencyHistogram, type LatencySummary } from './pipelines/latency-histogram.ts';
export { Pipeline } from './pipelines/pipeline.ts';
export { PipelineClosedError } from './pipelines/pipeline-closed-error.ts';
export type { StageFailure } from './pipelines/stage-failure.ts';
export type { StageMetrics } from './pipelines/stage-meter.ts';
export type {
  StageContext,
  StageOptions,
  StageRate,
  StageRetry,
  StageWork,
} from './pipelines/stage-options.ts';
export type { ChannelParties } from './inspect/channel-watch.ts';
export type { Deadlock, DeadlockStep } from './inspect/deadlock.ts';
export { DeadlockDetector, type DeadlockDetectorOptions } from './inspect/deadlock-detector.ts';
export { type ChannelInspection, type ChannelSnapshot, inspect } from './inspect/inspect.ts';
export type { ObservableChannel, ObservableLock, ObservablePool } from './inspect/observe.ts';
export { Profiler, type ProfilerOptions } from './inspect/profiler.ts';
export type { Lifetimes, TaskProfile } from './inspect/task-record.ts';
export type { WatchedTask } from './inspect/watched-task.ts';
export { AdaptivePool, type AdaptivePoolOptions } from './pools/adaptive-pool.ts';
export type { BatchLoaderOptions, BatchOptions, BatchProcessorOptions } from './pools/batch-options.ts';
export { BatchProcessor } from './pools/batch-processor.ts';
export { BatchProcessorClosedError } from './pools/batch-processor-closed-error.ts';
export { BatchResultsError } from './pools/batch-results-error.ts';
export { boundedParallel, type BoundedParallelContext } from './pools/bounded-parallel.ts';
export { coalesce, type CoalescingCache } from './pools/coalesce.ts';
export type { LoadContext } from './pools/coalesce-load.ts';
export type { CoalesceOptions, CoalesceStats } from './pools/coalesce-options.ts';
export { LoadUnwantedError } from './pools/load-unwanted-error.ts';
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
export { Bulkhead } from './resilience/bulkhead.ts';
export { BulkheadClosedError } from './resilience/bulkhead-closed-error.ts';
export { BulkheadFullError } from './resilience/bulkhead-full-error.ts';
export { type BulkheadLimits, BulkheadPartition } from './resilience/bulkhead-partition.ts';
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
export { RetryPolicy, type RetryPolicyOptions } from './resilience/retry-policy.ts';
export { SamplingFailures, type SamplingFailuresOptions } from './resilience/sampling-failures.ts';
export { timeout, type TimeoutOptions, TimeoutPolicy } from './resilience/timeout.ts';
export { TimeoutError } from './resilience/timeout-error.ts';
export { wrap } from './resilience/wrap.ts';
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
