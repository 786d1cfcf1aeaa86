/** How an item has failed so far; its errors as they were thrown. */
export interface WorkFailures {
  readonly first: unknown;
  /** The same as `first` after one failure. */
  readonly last: unknown;
}

/** Given to the work with each item. */
export interface WorkAttempt {
  /** The item's number, in the order of acceptance, from 1; the same in all its attempts. */
  readonly id: number;
  /** 1 for the first. Starts again when a dead letter is re-driven. */
  readonly attempt: number;
  /** What went wrong before; `undefined` for an item that never failed. Survives a re-drive. */
  readonly failures: WorkFailures | undefined;
  /** Aborts when the queue hands its items back; hand it on to what the work waits for. */
  readonly signal: AbortSignal;
}

/** An item in a worker's hands, or waiting for its next attempt. */
export interface WorkItem<T> {
  readonly id: number;
  readonly item: T;
  /** The attempt that is running, or the one that failed last. 0 before the first. */
  readonly attempt: number;
  readonly failures: WorkFailures | undefined;
  /** By the queue's clock, when that attempt started; 0 before the first. */
  readonly startedAtMs: number;
}

/** An item as the queue keeps it. */
export class Job<T> implements WorkAttempt, WorkItem<T> {
  readonly id: number;
  readonly item: T;
  readonly signal: AbortSignal;
  attempt = 0;
  /** The wait before this attempt, in milliseconds. */
  delayMs = 0;
  redrives: number;
  startedAtMs = 0;
  failures: WorkFailures | undefined;

  constructor(
    id: number,
    item: T,
    signal: AbortSignal,
    failures: WorkFailures | undefined,
    redrives: number,
  ) {
    this.id = id;
    this.item = item;
    this.signal = signal;
    this.failures = failures;
    this.redrives = redrives;
  }

  failed(error: unknown): void {
    this.failures =
      this.failures === undefined ? { first: error, last: error } : { ...this.failures, last: error };
  }

  /** What others may see, as it is now. */
  toItem(): WorkItem<T> {
    const { id, item, attempt, failures, startedAtMs } = this;
    return { id, item, attempt, failures, startedAtMs };
  }
}
