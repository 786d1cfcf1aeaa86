import type { SendOutcome } from '../provider.ts';
import {
  type ErrorClass,
  type ErrorRule,
  mostMarketingTries,
  pairWaitMs,
  ruleOfCode,
} from './error-table.ts';
import type { GraphError } from './graph-error.ts';

/** How an error is to be read at its HTTP status. */
function ruleOf(error: GraphError): ErrorRule {
  const rule = ruleOfCode(error.code);
  // Whatever a server error says, the request may have been carried out, unless its code means that it was not.
  if (error.httpStatus >= 500 && rule.class === 'final') return { class: 'unknown', reason: 'server_error' };
  if (error.httpStatus === 429 && !waits.has(rule.class)) {
    return { class: 'slow_down', reason: 'throttled', waitMs: 1_000 };
  }
  if ((error.httpStatus === 401 || error.httpStatus === 403) && rule.reason === 'rejected') {
    return ruleOfCode(10);
  }
  if (error.isTransient && rule.class === 'final') {
    return { class: 'retry', reason: 'network_error', waitMs: 5_000 };
  }
  return rule;
}

const waits: ReadonlySet<ErrorClass> = new Set<ErrorClass>([
  'wait_recipient',
  'slow_down',
  'pause_connection',
  'retry',
]);

/**
 * What a documented error means for the message. `waitMs` is what the answer asked for; `attempt` counts the
 * requests of this message from 1.
 */
export function outcomeOfError(
  error: GraphError,
  { waitMs, attempt }: { readonly waitMs: number | undefined; readonly attempt: number },
): Exclude<SendOutcome, { readonly kind: 'sent' }> {
  const rule = ruleOf(error);
  const isLastTry = rule.reason === 'recipient_marketing_limit' && attempt >= mostMarketingTries;
  const errorClass = isLastTry ? 'final' : rule.class;
  const { isTransient: _, ...shown } = error;
  const base = { code: rule.reason, error: shown } as const;
  const retryAfterMs = waitMs ?? rule.waitMs ?? pairWaitMs(attempt);
  switch (errorClass) {
    case 'retry':
      return { kind: 'not_sent', ...base, retryAfterMs };
    case 'wait_recipient':
    case 'slow_down':
    case 'pause_connection':
      return { kind: 'not_sent', ...base, retryAfterMs, effect: errorClass };
    case 'pause_campaign':
    case 'opt_out':
      return { kind: 'refused', ...base, effect: errorClass };
    case 'final':
      return { kind: 'refused', ...base };
    case 'unknown':
      return { kind: 'unknown', ...base };
    default:
      return errorClass satisfies never;
  }
}
