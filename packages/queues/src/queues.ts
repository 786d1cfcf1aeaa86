import type { QueueActivity } from './activity.ts';
import type { JobDefinition } from './define-job.ts';
import type { Urgency } from './priority.ts';
import type { QueueAdmin } from './queue-admin.ts';

/** Given to a handler with each job. */
export interface JobContext<Payload> {
  readonly payload: Payload;
  /** 1 for the first attempt. A hint only: it does not count attempts whose process died. */
  readonly attempt: number;
  /** Aborts when the job's time is up or the consumer's closing deadline has passed: stop now. */
  readonly signal: AbortSignal;
  /** Aborts when the consumer begins to close: come to a good end soon, take no new work. */
  readonly closing: AbortSignal;
}

/** Does one job; may run twice for the same one, also at the same time. Rejecting means: try again later. */
export type JobHandler<Payload> = (context: JobContext<Payload>) => Promise<void>;

/** Runs jobs until it is closed. */
export interface Consumer {
  /**
   * Takes no more jobs and resolves when the running ones have ended. After `deadlineMs` (default 30 000) their
   * signal aborts; whatever still does not end is left behind and will be run again by somebody else.
   */
  close(options?: { readonly deadlineMs?: number }): Promise<void>;
}

/** How many jobs a queue holds, by state. */
export interface QueueCounts {
  readonly waiting: number;
  readonly active: number;
  readonly delayed: number;
  readonly completed: number;
  readonly failed: number;
}

/** How far a job got that its definition gave an id. */
export interface JobStatus {
  readonly payload: unknown;
  readonly state: 'waiting' | 'delayed' | 'active' | 'completed' | 'failed';
  readonly urgency: number;
  /** Attempts that have ended. */
  readonly attemptsMade: number;
  /** Attempts that were begun; the one that runs now is one of them. */
  readonly attemptsStarted: number;
  readonly addedAt: Date;
  /** When the last attempt began. */
  readonly startedAt: Date | undefined;
  readonly finishedAt: Date | undefined;
  /** What the last attempt failed with. */
  readonly error: string | undefined;
}

/** Settings of one `add`. */
export interface AddOptions {
  /** The job may start this much later. Follows the worker's clock: check the due time in the database again. */
  readonly delayMs?: number;
  readonly signal?: AbortSignal;
}

/** Producers and consumers of jobs on one backend. */
export interface Queues {
  /**
   * Hands a job over, resolving when the backend has it. Never waits longer than the add time-out: when that
   * runs out, the job may or may not have arrived.
   *
   * @throws AppError `unavailable` or `timeout` (both worth another try), `internal` for a payload that does
   *   not fit the schema; the signal's reason when aborted.
   */
  add<Payload>(job: JobDefinition<Payload>, payload: NoInfer<Payload>, options?: AddOptions): Promise<void>;
  /**
   * Adds this job again and again, the first at once, each `everyMs` after the one before. Asked for by several
   * processes, or again, it is one schedule with the last one's settings. A round that is late is not made up for.
   *
   * @throws AppError `unavailable` or `timeout`
   */
  schedule<Payload>(
    job: JobDefinition<Payload>,
    payload: NoInfer<Payload>,
    options: { readonly everyMs: number },
  ): Promise<void>;
  /**
   * Starts running jobs; resolves when it is connected. Survives restarts of the backend. An error that is an
   * `AppError` with `retryable: false` fails a job for good at once, any other is tried again.
   *
   * @throws AppError `unavailable` when the backend cannot be reached at the start.
   */
  consume<Payload>(
    job: JobDefinition<Payload>,
    handler: JobHandler<NoInfer<Payload>>,
    options?: { readonly concurrency?: number },
  ): Promise<Consumer>;
  /** @throws AppError `unavailable` or `timeout` */
  counts(queue: string): Promise<QueueCounts>;
  /** A job by its id; `undefined` for one that is unknown or forgotten. @throws AppError `unavailable` or `timeout` */
  find(queue: string, id: string): Promise<JobStatus | undefined>;
  /** How many wait at each of these urgencies, in this order. @throws AppError `unavailable` or `timeout` */
  waitingByUrgency(queue: string, urgencies: readonly Urgency[]): Promise<readonly number[]>;
  /** No consumer, in any process, starts jobs of this queue until `resume`. */
  pause(queue: string): Promise<void>;
  resume(queue: string): Promise<void>;
  /** What the consumers of this process do and have done, by queue. */
  activity(): readonly QueueActivity[];
  /** What operators ask and do. */
  readonly admin: QueueAdmin;
  /** Resolves when the backend answers. @throws AppError `unavailable` or `timeout` */
  ping(): Promise<void>;
  /** Closes every consumer, gracefully, then the connections. Idempotent. */
  close(options?: { readonly deadlineMs?: number }): Promise<void>;
}
