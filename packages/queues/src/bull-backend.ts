import type { JobsOptions } from 'bullmq';
import type { FailedJob } from './queue-admin.ts';
import type { JobStatus } from './queues.ts';

/** What we use of a BullMQ queue, the same on either backend and free of its type arguments. */
export interface BullQueue {
  add(name: string, data: unknown, options: JobsOptions): Promise<unknown>;
  getJobCounts(): Promise<Record<string, number>>;
  /** How many wait, by BullMQ's priorities. */
  getCountsPerPriority(priorities: number[]): Promise<Record<string, number>>;
  find(id: string): Promise<JobStatus | undefined>;
  /** The latest first. */
  listFailed(limit: number): Promise<readonly FailedJob[]>;
  /** Puts a failed job back with all its attempts; `false` for one that is not there or has not failed. */
  retryFailed(id: string): Promise<boolean>;
  /** Forgets jobs that ended so long ago; answers how many. */
  clean(
    state: 'completed' | 'failed',
    limits: { readonly olderThanMs: number; readonly limit: number },
  ): Promise<number>;
  /** Forgets what waits. */
  drain(options: { readonly withDelayed: boolean }): Promise<void>;
  isPaused(): Promise<boolean>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Adds a job again and again; the same id is the same schedule, whoever asks for it. */
  schedule(
    id: string,
    everyMs: number,
    job: { readonly name: string; readonly data: unknown; readonly options: JobsOptions },
  ): Promise<void>;
  /** BullMQ's own queue, for the tools that are made for it. */
  readonly bull: unknown;
  waitUntilReady(): Promise<unknown>;
  close(): Promise<void>;
  /** Lets go of the connections without waiting for a backend that may never answer. */
  abandon(): void;
}

/** What we use of a BullMQ worker. */
export interface BullWorker {
  waitUntilReady(): Promise<unknown>;
  run(): Promise<void>;
  /** Resolves when the running jobs have ended. */
  close(): Promise<void>;
  /** Lets go of the connections, and of running jobs, without waiting. */
  abandon(): void;
}

/** What we read of a BullMQ job. */
export interface BullJob {
  readonly data: unknown;
  readonly attemptsMade: number;
  /** Of the attempt after this one, when it is called while this one runs. */
  changePriority(options: { priority: number }): Promise<void>;
}

/** How a worker is to run. */
export interface BullWorkerSettings {
  readonly concurrency: number;
  /** Milliseconds until a job whose process fell silent may be taken over. */
  readonly lockMs: number;
  /** Milliseconds before the next attempt, by the number of attempts that failed. */
  readonly backoffDelayMs: (failedAttempts: number) => number;
  readonly process: (job: BullJob) => Promise<void>;
  readonly onError: (error: Error) => void;
}

/** One place where BullMQ keeps its jobs; the only thing that differs between Redis and Postgres. */
export interface BullBackend {
  /** Resolves when the backend is reachable and fit for use; makes its tables when it needs any. */
  prepare(): Promise<void>;
  /** Resolves when the backend answers now. */
  ping(): Promise<void>;
  openQueue(name: string, onError: (error: Error) => void): BullQueue;
  /** The worker does not run before `run()`. */
  openWorker(name: string, settings: BullWorkerSettings): BullWorker;
  close(): Promise<void>;
}

/** A worker asks its backend again after this long when a request failed; BullMQ's own default is 15 s. */
export const retryAfterErrorMs = 1000;

/**
 * Deaths of a process a job survives before it has failed for good. The ledger decides what is dead; this only
 * stops a job that kills every process that touches it.
 */
export const maxProcessDeaths = 10;
