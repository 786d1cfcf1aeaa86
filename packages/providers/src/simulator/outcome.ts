import type { SendOutcome, SendRequest } from '../provider.ts';
import type { Verdict } from './verdict.ts';

/**
 * What the sender is told; `waitMs` is the wait for senders that are too fast, `restMs` the one for those held,
 * if it has an end.
 */
export function outcomeOf(
  verdict: Verdict,
  request: SendRequest,
  { waitMs, restMs }: { readonly waitMs: number; readonly restMs: number | undefined },
): SendOutcome {
  switch (verdict.answer) {
    case 'sent':
      return { kind: 'sent', providerMessageId: providerIdOf(request.messageId) };
    case 'refused':
      return { kind: 'refused', code: 'recipient_unavailable' };
    case 'opted_out':
      return { kind: 'refused', code: 'marketing_opted_out', effect: 'opt_out' };
    case 'connection_refused':
      return { kind: 'not_sent', code: 'connection_refused' };
    case 'throttled':
      return { kind: 'not_sent', code: 'throttled', retryAfterMs: waitMs };
    case 'slow_down':
      return { kind: 'not_sent', code: 'throttled', retryAfterMs: waitMs, effect: 'slow_down' };
    case 'recipient_limit':
      return { kind: 'not_sent', code: 'recipient_limit', retryAfterMs: waitMs, effect: 'wait_recipient' };
    case 'restricted':
      return {
        kind: 'not_sent',
        code: 'account_restricted',
        effect: 'pause_connection',
        ...(restMs === undefined ? {} : { retryAfterMs: restMs }),
      };
    case 'server_error':
      return { kind: 'unknown', code: 'server_error' };
    case 'lost':
      return { kind: 'unknown', code: 'timeout' };
    default:
      return verdict.answer satisfies never;
  }
}

/** The network's id of a message. By ours alone: a deduplicating network answers a repeated request like the first. */
export function providerIdOf(messageId: string): string {
  return 'sim.' + messageId.slice(-17);
}
