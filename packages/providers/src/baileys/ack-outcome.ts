import type { SendOutcome } from '../provider.ts';

type Nack = Exclude<SendOutcome, { readonly kind: 'sent' }>;

/** What it means for a message that the server did not take it. The numbers are those of its `ack`. */
export function outcomeOfNack(code: number): Nack {
  const error = { code };
  switch (code) {
    // New chats are closed for this number, or for it and this person; another try makes it worse.
    case 463:
      return { kind: 'refused', code: 'new_people_limited', effect: 'slow_down', error };
    // The list of the person's devices is out of date: it is read again before the next attempt.
    case 479:
      return { kind: 'not_sent', code: 'devices_changed', retryAfterMs: 5_000, error };
    case 420:
    case 429:
      return { kind: 'not_sent', code: 'throttled', retryAfterMs: 60_000, effect: 'slow_down', error };
    case 401:
    case 402:
    case 406:
      return { kind: 'not_sent', code: 'not_allowed', effect: 'pause_connection', error };
    case 403:
      return { kind: 'refused', code: 'not_allowed', effect: 'slow_down', error };
    case 404:
      return { kind: 'refused', code: 'recipient_unavailable', error };
    default:
      // A server that fails may have passed the message on.
      return code >= 500
        ? { kind: 'unknown', code: 'server_error', error }
        : { kind: 'refused', code: 'rejected', error };
  }
}
