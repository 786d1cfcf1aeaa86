import type { SimulatorOptions } from '@zaphub/providers';
import { z } from 'zod';
import { dayMs, flag, share01, whole } from './environment-fields.ts';

/** How the simulated network is set up. */
export interface SimulatorConfig extends SimulatorOptions {
  /** What happens to it, and when: a JSON file. */
  readonly scenarioFile: string | undefined;
  /** Where this machine may make things happen to it; 0 is any free port, absent nowhere. */
  readonly controlPort: number | undefined;
}

/** The variables of the simulated network; packages/providers/src/simulator/README.md tells what they do. */
export const simulatorEnvironment = {
  SIMULATOR_JOURNAL_DIR: z.string().min(1),
  SIMULATOR_SEED: whole(0, 2 ** 31).default(1),
  SIMULATOR_DEDUPLICATES: flag.default('true'),
  SIMULATOR_MAX_IN_FLIGHT: whole(1, 10_000).default(1_000),
  SIMULATOR_LATENCY_MIN_MS: whole(0, 60_000).default(0),
  SIMULATOR_LATENCY_MAX_MS: whole(0, 60_000).default(0),
  SIMULATOR_LOST_AFTER_MS: whole(0, 60_000).default(200),
  SIMULATOR_RETRY_AFTER_MS: whole(0, dayMs).default(1_000),
  SIMULATOR_REFUSED_RATE: share01.default(0),
  SIMULATOR_OPTED_OUT_RATE: share01.default(0),
  SIMULATOR_NOT_SENT_RATE: share01.default(0),
  SIMULATOR_THROTTLED_RATE: share01.default(0),
  SIMULATOR_RECIPIENT_LIMIT_RATE: share01.default(0),
  SIMULATOR_SERVER_ERROR_RATE: share01.default(0),
  SIMULATOR_LOST_REPLY_RATE: share01.default(0),
  SIMULATOR_RECEIPTS: flag.default('true'),
  SIMULATOR_DELIVERED_MIN_MS: whole(0, dayMs).default(200),
  SIMULATOR_DELIVERED_MAX_MS: whole(0, dayMs).default(1_000),
  SIMULATOR_READ_MIN_MS: whole(0, dayMs).default(500),
  SIMULATOR_READ_MAX_MS: whole(0, dayMs).default(3_000),
  SIMULATOR_READ_RATE: share01.default(0.6),
  SIMULATOR_FAILED_RECEIPT_RATE: share01.default(0),
  SIMULATOR_DISORDER_RATE: share01.default(0),
  SIMULATOR_DUPLICATE_RECEIPT_RATE: share01.default(0),
  SIMULATOR_LATE_RECEIPT_RATE: share01.default(0),
  SIMULATOR_LATE_RECEIPT_MS: whole(0, dayMs).default(60_000),
  SIMULATOR_PEOPLE: flag.default('true'),
  SIMULATOR_ANSWER_RATE: share01.default(0),
  SIMULATOR_OPT_OUT_RATE: share01.default(0),
  SIMULATOR_STOP_RATE: share01.default(0),
  SIMULATOR_ANSWER_MIN_MS: whole(0, dayMs).default(500),
  SIMULATOR_ANSWER_MAX_MS: whole(0, dayMs).default(3_000),
  SIMULATOR_SCENARIO: z.string().min(1).optional(),
  SIMULATOR_CONTROL_PORT: whole(0, 65_535).optional(),
};

type Value = z.infer<z.ZodObject<typeof simulatorEnvironment>>;

/** The options in variables that were checked. */
export function simulatorConfig(value: Value): SimulatorConfig {
  return {
    journalDir: value.SIMULATOR_JOURNAL_DIR,
    scenarioFile: value.SIMULATOR_SCENARIO,
    controlPort: value.SIMULATOR_CONTROL_PORT,
    isEventful: value.SIMULATOR_CONTROL_PORT !== undefined,
    seed: value.SIMULATOR_SEED,
    deduplicates: value.SIMULATOR_DEDUPLICATES === 'true',
    maxInFlight: value.SIMULATOR_MAX_IN_FLIGHT,
    latency: {
      minMs: value.SIMULATOR_LATENCY_MIN_MS,
      maxMs: Math.max(value.SIMULATOR_LATENCY_MIN_MS, value.SIMULATOR_LATENCY_MAX_MS),
    },
    lostAfterMs: value.SIMULATOR_LOST_AFTER_MS,
    retryAfterMs: value.SIMULATOR_RETRY_AFTER_MS,
    rates: {
      refused01: value.SIMULATOR_REFUSED_RATE,
      optedOut01: value.SIMULATOR_OPTED_OUT_RATE,
      notSent01: value.SIMULATOR_NOT_SENT_RATE,
      throttled01: value.SIMULATOR_THROTTLED_RATE,
      recipientLimit01: value.SIMULATOR_RECIPIENT_LIMIT_RATE,
      serverError01: value.SIMULATOR_SERVER_ERROR_RATE,
      lostReply01: value.SIMULATOR_LOST_REPLY_RATE,
    },
    receipts: value.SIMULATOR_RECEIPTS === 'true' && {
      delivered: { minMs: value.SIMULATOR_DELIVERED_MIN_MS, maxMs: value.SIMULATOR_DELIVERED_MAX_MS },
      read: { minMs: value.SIMULATOR_READ_MIN_MS, maxMs: value.SIMULATOR_READ_MAX_MS },
      read01: value.SIMULATOR_READ_RATE,
      failed01: value.SIMULATOR_FAILED_RECEIPT_RATE,
      disorder01: value.SIMULATOR_DISORDER_RATE,
      duplicate01: value.SIMULATOR_DUPLICATE_RECEIPT_RATE,
      late01: value.SIMULATOR_LATE_RECEIPT_RATE,
      lateMs: value.SIMULATOR_LATE_RECEIPT_MS,
    },
    people: value.SIMULATOR_PEOPLE === 'true' && {
      answers01: value.SIMULATOR_ANSWER_RATE,
      optsOut01: value.SIMULATOR_OPT_OUT_RATE,
      stopsMarketing01: value.SIMULATOR_STOP_RATE,
      delay: {
        minMs: value.SIMULATOR_ANSWER_MIN_MS,
        maxMs: Math.max(value.SIMULATOR_ANSWER_MIN_MS, value.SIMULATOR_ANSWER_MAX_MS),
      },
    },
  };
}
