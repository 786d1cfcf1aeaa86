import { backoffDelayMs, webhookDelivery } from '@zaphub/queues';
import type { CallResult } from './post-webhook.ts';

/** What becomes of a delivery by the outcome of an attempt. */
export type Judgement =
  | { readonly next: 'delivered' }
  /** Tried again after so long; `rests` says that the endpoint asked for it. */
  | { readonly next: 'again'; readonly delayMs: number; readonly rests: boolean }
  /** Given up; `isGone` says that the endpoint wants nothing any more. */
  | { readonly next: 'failed'; readonly isGone: boolean }
  /** The worker stopped: no attempt was used. */
  | { readonly next: 'back' };

/**
 * Judges an attempt; `attempts` is how many of this round ended before it. How often and after which waits something is
 * tried again is what the table of queues says of `webhook.delivery`; a receiver may ask for more time, never for less.
 * `isOff` says that the endpoint has been switched off meanwhile.
 */
export function judgeResult(
  result: CallResult,
  {
    attempts,
    isTest,
    isOff,
  }: { readonly attempts: number; readonly isTest: boolean; readonly isOff: boolean },
): Judgement {
  if (result.error === undefined) return { next: 'delivered' };
  if (result.error === 'stopped' && (isTest || !isOff)) return { next: 'back' };
  const isGone = result.status === 410;
  // Somebody looks at a test and waits for it: it is tried once.
  if (isGone || isTest || isOff || attempts + 1 >= webhookDelivery.attempts)
    return { next: 'failed', isGone };
  const delayMs = backoffDelayMs(webhookDelivery.backoff, attempts + 1);
  const askedMs = result.retryAfterMs ?? 0;
  return { next: 'again', delayMs: Math.max(delayMs, askedMs), rests: askedMs > 0 };
}
