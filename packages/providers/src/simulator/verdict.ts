import type { SendRequest } from '../provider.ts';
import { seededRatio01 } from '../seeded-ratio.ts';
import type { JournalVerdict } from './journal-line.ts';
import { type MagicKind, magicPhones } from './magic-phones.ts';

/** How often each kind of trouble happens, as a share of requests between 0 and 1. */
export interface SimulatorRates {
  /** Refused for good, decided by the message alone: asking again changes nothing. */
  readonly refused01: number;
  /** The person wants no marketing; decided by the number alone, so that it stays so. */
  readonly optedOut01: number;
  /** The connection was refused: the network never saw the request. */
  readonly notSent01: number;
  /** Answered 429 with a time to wait. */
  readonly throttled01: number;
  /** This person gets no more for now, others do. */
  readonly recipientLimit01: number;
  /** Answered 5xx; half of these were accepted all the same, which the sender cannot know. */
  readonly serverError01: number;
  /** Accepted, and the answer got lost. */
  readonly lostReply01: number;
}

/** What happens to one request. */
export interface Verdict {
  /** What the network writes down; `undefined` when it never sees the request. */
  readonly journal: JournalVerdict | undefined;
  readonly answer:
    | 'sent'
    | 'refused'
    | 'opted_out'
    | 'connection_refused'
    | 'throttled'
    | 'slow_down'
    | 'recipient_limit'
    | 'restricted'
    | 'server_error'
    | 'lost';
  /** Answered later than usual by so much. */
  readonly delayMs?: number;
  /** The person answers, in this way. */
  readonly reaction?: 'answers' | 'opts_out' | 'stops_marketing';
}

const accepted: Verdict = { journal: 'accepted', answer: 'sent' };
const refused: Verdict = { journal: 'refused', answer: 'refused' };
const optedOut: Verdict = { journal: 'refused', answer: 'opted_out' };
const throttled: Verdict = { journal: 'throttled', answer: 'throttled' };
const recipientLimit: Verdict = { journal: 'throttled', answer: 'recipient_limit' };
const errorAccepted: Verdict = { journal: 'accepted', answer: 'server_error' };
const errorDropped: Verdict = { journal: 'error', answer: 'server_error' };
const lost: Verdict = { journal: 'accepted', answer: 'lost' };

/** The connection does not come about: nobody saw the request. */
export const notSent: Verdict = { journal: undefined, answer: 'connection_refused' };
/** The sender is too fast. */
export const slowDown: Verdict = { journal: 'throttled', answer: 'slow_down' };
/** The sender may not send. */
export const restricted: Verdict = { journal: 'throttled', answer: 'restricted' };

/** Decides by seed: refusals by message, passing troubles by message and attempt. The same input, the same verdict. */
export function judge(seed: number, rates: SimulatorRates, request: SendRequest): Verdict {
  const magic = magicPhones.get(request.to);
  if (magic !== undefined) return magicVerdict(magic, request.attempt);
  if (rates.refused01 > 0 && seededRatio01(`${seed}:${request.messageId}`) < rates.refused01) return refused;
  if (rates.optedOut01 > 0 && seededRatio01(`${seed}:${request.to}`) < rates.optedOut01) return optedOut;
  const troubles =
    rates.notSent01 + rates.throttled01 + rates.recipientLimit01 + rates.serverError01 + rates.lostReply01;
  if (troubles === 0) return accepted;
  let ratio01 = seededRatio01(`${seed}:${request.messageId}:${request.attempt}`);
  if (ratio01 < rates.notSent01) return notSent;
  ratio01 -= rates.notSent01;
  if (ratio01 < rates.throttled01) return throttled;
  ratio01 -= rates.throttled01;
  if (ratio01 < rates.serverError01) return ratio01 * 2 < rates.serverError01 ? errorAccepted : errorDropped;
  ratio01 -= rates.serverError01;
  if (ratio01 < rates.lostReply01) return lost;
  ratio01 -= rates.lostReply01;
  return ratio01 < rates.recipientLimit01 ? recipientLimit : accepted;
}

const magicVerdicts: Record<MagicKind, Verdict> = {
  refused,
  connection_refused: notSent,
  throttled,
  server_error: errorAccepted,
  lost,
  recipient_limit: recipientLimit,
  opted_out: optedOut,
  slow_down: slowDown,
  restricted,
  fails_later: accepted,
  never_delivered: accepted,
  read_first: accepted,
  receipts_twice: accepted,
  answers: { ...accepted, reaction: 'answers' },
  opts_out: { ...accepted, reaction: 'opts_out' },
  stops_marketing: { ...accepted, reaction: 'stops_marketing' },
  slow: { ...accepted, delayMs: 3_000 },
};

const alwaysSo: ReadonlySet<MagicKind> = new Set<MagicKind>(['refused', 'opted_out', 'slow']);

function magicVerdict(kind: MagicKind, attempt: number): Verdict {
  return attempt === 1 || alwaysSo.has(kind) ? magicVerdicts[kind] : accepted;
}
