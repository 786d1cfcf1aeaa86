import type { PeopleOptions } from './people.ts';
import type { DelayRange, ReceiptOptions } from './receipt-plan.ts';
import type { SimulatorScenario } from './scenario.ts';
import type { SessionOptions } from './simulated-session.ts';
import type { SimulatorRates } from './verdict.ts';

/** How the simulated network behaves; everything has a default, and the default network is quick and perfect. */
export interface SimulatorOptions {
  /** Folder of the journal, made when it is missing. Processes that name the same folder share one network. */
  readonly journalDir: string;
  /** Default 1. The same seed gives the same verdicts for the same messages and attempts. */
  readonly seed?: number;
  /** Default true. */
  readonly deduplicates?: boolean;
  /** Requests under way at once; default 250. */
  readonly maxInFlight?: number;
  /** Time to an answer, spread evenly; default 0. */
  readonly latency?: DelayRange;
  /** After how long a lost answer is given up; default 200 ms. */
  readonly lostAfterMs?: number;
  /** Told to the sender with a 429; default 1 000 ms. */
  readonly retryAfterMs?: number;
  readonly rates?: Partial<SimulatorRates>;
  /** Default: delivered after 0.2 to 1 s, 60 % read after 0.5 to 3 s. `false` for none. */
  readonly receipts?: Partial<ReceiptOptions> | false;
  /** How people answer; default: only those with magic numbers do. `false`: nobody is heard. */
  readonly people?: Partial<PeopleOptions> | false;
  /** How numbers that must be logged in are paired. */
  readonly sessions?: Partial<SessionOptions>;
  /** What happens to the network, and when. */
  readonly scenario?: SimulatorScenario;
  /** Default false. True, or a scenario: things may happen to the network, here or in another process of its folder. */
  readonly isEventful?: boolean;
  /** Called when a request is in the journal and not answered yet: where a test may kill the process. */
  readonly onWritten?: () => void;
}

/** Quick phones that read most of what they get. */
export const defaultReceipts: ReceiptOptions = {
  delivered: { minMs: 200, maxMs: 1_000 },
  read: { minMs: 500, maxMs: 3_000 },
  read01: 0.6,
  failed01: 0,
  disorder01: 0,
  duplicate01: 0,
  late01: 0,
  lateMs: 60_000,
};

/** Everything is accepted and answered. */
export const noTrouble: SimulatorRates = {
  refused01: 0,
  optedOut01: 0,
  notSent01: 0,
  throttled01: 0,
  recipientLimit01: 0,
  serverError01: 0,
  lostReply01: 0,
};
/** Answers come at once. */
export const noDelay: DelayRange = { minMs: 0, maxMs: 0 };
