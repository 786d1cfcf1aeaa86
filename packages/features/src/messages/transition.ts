import type { SendOutcome } from '@zaphub/providers';
import type { MessageState, UnknownPolicy } from '@zaphub/types';
import { type FailureClass, failureClassOf, type FailureNotes } from './failure-class.ts';

/** What is known of a row at the moment its outcome comes; nobody else can change it, the fence sees to that. */
export interface SendingRow {
  readonly id: string;
  /** Before the mark of the request whose outcome this is. */
  readonly requests: number;
  readonly lostOutcomes: number;
}

/** How outcomes of one connection and campaign are to be read. */
export interface OutcomeRules {
  /** The provider answers a repeated request like the first, so a lost outcome may simply be asked again. */
  readonly deduplicates: boolean;
  readonly unknownPolicy: UnknownPolicy;
  /** Messages of their own rather than one for many: what one cannot say ends that one. */
  readonly isDirect?: boolean;
}

/** How a `sending` row changes by its outcome. */
export interface Transition {
  readonly id: string;
  readonly state: Extract<MessageState, 'sent' | 'dlq' | 'unknown' | 'pending'>;
  readonly outcome: SendOutcome['kind'];
  readonly providerMessageId: string | null;
  readonly reason: string | null;
  /** For `pending`: how long until it may be claimed again. */
  readonly delayMs: number;
  /** True when the request does not count as an attempt, because nothing can have left. */
  readonly givesAttemptBack: boolean;
  readonly losesOutcome: boolean;
  readonly isDecided: boolean;
  /** What the network said, kept beside the row; of a row that ended in `dlq` always with its class. */
  readonly notes: FailureNotes;
}

/** A row whose requests come to nothing so many times is given up, with its reason; sent again by somebody, after as many more. */
const maxRequests = 20;
/** A row whose outcome was lost so many times may be what kills the process: it is left alone. */
const maxLostOutcomes = 10;

const longestWaitMs = 60_000;

/** Decides what becomes of a row. Pure: the same row, outcome and rules give the same answer. */
export function transitionOf(row: SendingRow, outcome: SendOutcome, rules: OutcomeRules): Transition {
  const base = {
    id: row.id,
    outcome: outcome.kind,
    providerMessageId: null,
    delayMs: 0,
    givesAttemptBack: false,
    losesOutcome: false,
    isDecided: false,
    notes: notesOf(outcome),
  };
  switch (outcome.kind) {
    case 'sent':
      return { ...base, state: 'sent', providerMessageId: outcome.providerMessageId, reason: null };
    case 'refused':
      // What nobody can get is not this person's failure: it waits for the campaign to be mended and resumed.
      return outcome.effect === 'pause_campaign' && rules.isDirect !== true
        ? { ...base, state: 'pending', reason: outcome.code, givesAttemptBack: true }
        : deadLetter(base, outcome.code, failureClassOf(outcome.code));
    case 'not_sent':
      return (row.requests + 1) % maxRequests === 0 && !isOurFault(outcome)
        ? deadLetter(base, outcome.code, 'exhausted')
        : {
            ...base,
            state: 'pending',
            reason: outcome.code,
            givesAttemptBack: true,
            delayMs: outcome.retryAfterMs ?? backoffMs(row.requests),
          };
    case 'unknown':
      return afterLostOutcome(row, outcome.code, rules, base);
    default:
      return outcome satisfies never;
  }
}

type Base = Omit<Transition, 'state' | 'reason'>;

/** The end of a row that somebody may mend and send again. */
function deadLetter(base: Base, reason: string, failureClass: FailureClass): Transition {
  return { ...base, state: 'dlq', reason, notes: { ...base.notes, class: failureClass } };
}

/** A number that is held or asked to slow down does not use up the requests of the people who wait for it. */
function isOurFault({ effect }: SendOutcome & { readonly kind: 'not_sent' }): boolean {
  return effect === 'pause_connection' || effect === 'slow_down';
}

function notesOf(outcome: SendOutcome): FailureNotes {
  if (outcome.kind === 'sent') return {};
  const { effect, error } = outcome;
  return { ...(effect === undefined ? {} : { effect }), ...(error === undefined ? {} : { error }) };
}

function afterLostOutcome(row: SendingRow, code: string, rules: OutcomeRules, base: Base): Transition {
  const askAgain: Transition = {
    ...base,
    state: 'pending',
    reason: code,
    losesOutcome: true,
    delayMs: row.lostOutcomes === 0 ? 0 : backoffMs(row.lostOutcomes),
  };
  const leave: Transition = { ...base, state: 'unknown', reason: code, isDecided: true };
  if (rules.deduplicates) return row.lostOutcomes < maxLostOutcomes ? askAgain : leave;
  switch (rules.unknownPolicy) {
    case 'at_most_once':
      return leave;
    case 'at_least_once':
      return row.lostOutcomes === 0 ? askAgain : leave;
    case 'ask':
      return { ...leave, isDecided: false };
    default:
      return rules.unknownPolicy satisfies never;
  }
}

function backoffMs(failures: number): number {
  return Math.min(longestWaitMs, 1000 * 2 ** Math.min(failures, 6));
}
