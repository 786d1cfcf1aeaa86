import type { Backoff } from '../resilience/backoff.ts';

/** Given to each attempt of a stage's work. */
export interface StageContext {
  /** 1 for the first. */
  readonly attempt: number;
  /** Aborts when the pipeline is aborted or closed, or its reader leaves; hand it on to what the work waits for. */
  readonly signal: AbortSignal;
}

/** What a stage does to one item. */
export type StageWork<In, Out> = (item: In, context: StageContext) => Out | Promise<Out>;

/** Attempts of a stage at one item. The item keeps its worker while it waits, so back-pressure holds. */
export interface StageRetry {
  /** In all, the first included; a whole number from 1. */
  readonly attempts: number;
  readonly backoff: Backoff;
  /** Whether trying again may help. Default: always. */
  readonly shouldRetry?: (error: unknown, attempt: number) => boolean;
}

/** What paces a stage: a `RateLimiter`, which several stages and others may share. */
export interface StageRate {
  /** Takes a token if there is one. */
  tryAcquire(): boolean;
  /** Waits for a token. */
  acquire(signal: AbortSignal): Promise<void>;
}

/** Settings of a stage. */
export interface StageOptions {
  /** Items worked on at the same time; a whole number from 1. Default 1. */
  readonly workers?: number;
  /**
   * Whether results leave in the order of the items. Then early results wait for their turn; with those in work,
   * the stage holds at most twice as many items as it has workers. Default `true`; one worker keeps the order anyway.
   */
  readonly ordered?: boolean;
  /** Items that may wait in front of the stage; a whole number from 0. Default: as many as there are workers. */
  readonly buffer?: number;
  /** Default: one attempt. */
  readonly retry?: StageRetry;
  /** A token for each attempt. Default: no limit. */
  readonly rate?: StageRate;
}

/** A stage as it was asked for, with every default filled in. */
export interface StageDefinition<In, Out> {
  readonly name: string;
  readonly work: StageWork<In, Out>;
  readonly workers: number;
  readonly isOrdered: boolean;
  readonly buffer: number;
  readonly retry: StageRetry;
  readonly rate: StageRate | undefined;
}

const once: StageRetry = { attempts: 1, backoff: () => 0 };

/** Checks the options and fills in the defaults. @throws RangeError for numbers out of range. */
export function defineStage<In, Out>(
  name: string,
  work: StageWork<In, Out>,
  options: StageOptions = {},
): StageDefinition<In, Out> {
  const { workers = 1, ordered = true, buffer = workers, retry = once, rate } = options;
  checkWholeNumber('workers', workers, 1);
  checkWholeNumber('buffer', buffer, 0);
  checkWholeNumber('attempts', retry.attempts, 1);
  return { name, work, workers, isOrdered: ordered, buffer, retry, rate };
}

function checkWholeNumber(name: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least) {
    throw new RangeError(`${name} must be a whole number from ${least}, not ${value}`);
  }
}
