import type { z } from 'zod';
import type { Backoff } from './backoff.ts';
import type { Urgency } from './priority.ts';

/** Everything about one kind of job except what it does: producers import this and never load a handler. */
export interface JobDefinition<Payload> {
  /** The queue it travels in, its own; must not contain `:`. */
  readonly queue: string;
  /** What happened or is to be done, `noun.verb`. */
  readonly name: string;
  /** Checks the payload on both sides. Payloads are ids; a new field is optional while old jobs are in flight. */
  readonly schema: z.ZodType<Payload>;
  readonly priority: Urgency;
  /** How often it is started in all before it has failed for good. */
  readonly attempts: number;
  readonly backoff: Backoff;
  /** Milliseconds a handler may take before its signal aborts and the attempt has failed. */
  readonly timeoutMs: number;
  /** How many a consumer runs at once when it does not say otherwise. */
  readonly concurrency: number;
  /**
   * Jobs of one key are doorbells for the same work: while one waits, more of them collapse into it; rung while
   * it runs, exactly one more run follows.
   */
  readonly deduplicate?: ((payload: Payload) => string) | undefined;
  /** A job that can be asked for: two with one id are one for as long as the first is remembered. No whole number. */
  readonly id?: ((payload: Payload) => string) | undefined;
  /** How often this one is started in all; instead of `attempts`. */
  readonly attemptsFor?: ((payload: Payload) => number) | undefined;
  /** How urgent this one is after so many failed attempts; instead of `priority`. */
  readonly urgencyFor?: ((payload: Payload, failedAttempts: number) => Urgency) | undefined;
}

/**
 * Names a kind of job and infers its payload.
 *
 * @throws RangeError when the queue's name has a `:` (BullMQ refuses it) or a number is out of range.
 */
export function defineJob<Payload>(definition: JobDefinition<Payload>): JobDefinition<Payload> {
  if (definition.queue.includes(':')) {
    throw new RangeError(`queue name "${definition.queue}" must not contain ":"`);
  }
  for (const field of ['attempts', 'timeoutMs', 'concurrency'] as const) {
    if (!Number.isInteger(definition[field]) || definition[field] < 1) {
      throw new RangeError(`${field} of job "${definition.name}" must be a whole number from 1`);
    }
  }
  return definition;
}
