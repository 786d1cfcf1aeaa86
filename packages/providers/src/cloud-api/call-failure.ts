import type { NetworkError, SendEffect } from '../provider.ts';
import { outcomeOfError } from './classify.ts';
import type { GraphReply } from './graph-client.ts';

/** Why a call that sends no message came to nothing. */
export interface CallFailure {
  /** In the words of `SendOutcome`'s codes. */
  readonly code: string;
  /** The same call may succeed later; such calls change nothing, so asking again is harmless. */
  readonly mayRetry: boolean;
  readonly retryAfterMs?: number;
  readonly effect?: SendEffect;
  readonly error?: NetworkError;
}

/** The failure in a reply that is not `ok`. */
export function failureOf(reply: Exclude<GraphReply, { readonly kind: 'ok' }>): CallFailure {
  switch (reply.kind) {
    case 'error': {
      const { kind, ...notes } = outcomeOfError(reply.error, { waitMs: reply.waitMs, attempt: 1 });
      return { ...notes, mayRetry: kind !== 'refused' };
    }
    case 'unreadable': {
      const { httpStatus, waitMs } = reply;
      return {
        code: httpStatus === 429 ? 'throttled' : httpStatus >= 500 ? 'server_error' : 'unreadable_reply',
        mayRetry: true,
        ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }),
        error: { httpStatus },
      };
    }
    case 'not_written':
    case 'lost':
      return { code: reply.code, mayRetry: reply.code !== 'request_invalid' };
    default:
      return reply satisfies never;
  }
}
