import { seededRatio01 } from '../seeded-ratio.ts';
import type { SendRequest } from '../provider.ts';
import type { JournalVerdict } from './journal-line.ts';

/** How often each kind of trouble happens, as a share of requests between 0 and 1. */
export interface SimulatorRates {
  /** Refused for good, decided by the message alone: asking again changes nothing. */
  readonly refused01: number;
  /** The connection was refused: the network never saw the request. */
  readonly notSent01: number;
  /** Answered 429 with a time to wait. */
  readonly throttled01: number;
  /** Answered 5xx; half of these were accepted all the same, which the sender cannot know. */
  readonly serverError01: number;
  /** Accepted, and the answer got lost. */
  readonly lostReply01: number;
}

/** What happens to one request. */
export interface Verdict {
  /** What the network writes down; `undefined` when it never sees the request. */
  readonly journal: JournalVerdict | undefined;
  readonly answer: 'sent' | 'refused' | 'connection_refused' | 'throttled' | 'server_error' | 'lost';
}

const accepted: Verdict = { journal: 'accepted', answer: 'sent' };
const refused: Verdict = { journal: 'refused', answer: 'refused' };
const notSent: Verdict = { journal: undefined, answer: 'connection_refused' };
const throttled: Verdict = { journal: 'throttled', answer: 'throttled' };
const errorAccepted: Verdict = { journal: 'accepted', answer: 'server_error' };
const errorDropped: Verdict = { journal: 'error', answer: 'server_error' };
const lost: Verdict = { journal: 'accepted', answer: 'lost' };

/** A trouble that a magic number always brings. */
export type MagicKind = 'refused' | 'connection_refused' | 'throttled' | 'server_error' | 'lost';

/**
 * Numbers that always behave the same way, for trying things out: each is a number of
 * the range that is kept for fiction. The troubles
 * that can pass (`throttled`, `server_error`, `lost`) happen to the first request only.
 */
export const magicPhones: ReadonlyMap<string, MagicKind> = new Map<string, MagicKind>([
  ['+12025550101', 'refused'],
  ['+12025550102', 'connection_refused'],
  ['+12025550103', 'throttled'],
  ['+12025550104', 'server_error'],
  ['+12025550105', 'lost'],
]);

/** Decides by seed: refusals by message, passing troubles by message and attempt. The same input, the same verdict. */
export function judge(seed: number, rates: SimulatorRates, request: SendRequest): Verdict {
  const magic = magicPhones.get(request.to);
  if (magic !== undefined) return magicVerdict(magic, request.attempt);
  if (rates.refused01 > 0 && seededRatio01(`${seed}:${request.messageId}`) < rates.refused01) return refused;
  const troubles = rates.notSent01 + rates.throttled01 + rates.serverError01 + rates.lostReply01;
  if (troubles === 0) return accepted;
  let ratio01 = seededRatio01(`${seed}:${request.messageId}:${request.attempt}`);
  if (ratio01 < rates.notSent01) return notSent;
  ratio01 -= rates.notSent01;
  if (ratio01 < rates.throttled01) return throttled;
  ratio01 -= rates.throttled01;
  if (ratio01 < rates.serverError01) return ratio01 * 2 < rates.serverError01 ? errorAccepted : errorDropped;
  ratio01 -= rates.serverError01;
  return ratio01 < rates.lostReply01 ? lost : accepted;
}

const magicVerdicts: Record<MagicKind, Verdict> = {
  refused,
  connection_refused: notSent,
  throttled,
  server_error: errorAccepted,
  lost,
};

function magicVerdict(kind: MagicKind, attempt: number): Verdict {
  return kind === 'refused' || attempt === 1 ? magicVerdicts[kind] : accepted;
}
