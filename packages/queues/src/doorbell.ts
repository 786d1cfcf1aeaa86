import type { JobsOptions } from 'bullmq';

/** Rings for later are gathered in steps of this length, rounded up: never early, this much late at most. */
const stepMs = 100;

/** How a ring is handed to BullMQ. */
export interface Ring {
  readonly delayMs: number;
  readonly deduplication: NonNullable<JobsOptions['deduplication']>;
}

/**
 * Turns one ring of a doorbell into BullMQ's terms.
 *
 * Due now: while its job waits, more rings collapse into it; rung while it runs, BullMQ keeps one more run for
 * afterwards; a job that waits for its next attempt is brought forward. Due later: each step of time has a key of
 * its own, so that a ring neither moves an earlier one away nor is swallowed by a later one.
 */
export function doorbell(key: string, delayMs: number, nowMs: number): Ring {
  if (delayMs <= 0) {
    return { delayMs: 0, deduplication: { id: key, keepLastIfActive: true, reschedule: true } };
  }
  const step = Math.ceil((nowMs + delayMs) / stepMs);
  return {
    delayMs: step * stepMs - nowMs,
    deduplication: { id: `${key}@${step}`, keepLastIfActive: true },
  };
}
