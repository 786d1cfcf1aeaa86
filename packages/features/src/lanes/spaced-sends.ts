import type { Provider, SendOutcome } from '@zaphub/providers';
import type { LanePace } from './lane-pace.ts';

/** Where the messages of a chunk lie in time. */
export interface Spacing {
  readonly campaignId: string;
  /** An instant of `performance.now()`. */
  readonly atMs: number;
  readonly intervalMs: number;
  /** Nothing follows the one before by less, jitter aside. */
  readonly leastGapMs: number;
  readonly jitter01: number;
}

const notStarted: SendOutcome = { kind: 'not_sent', code: 'not_started', retryAfterMs: 0 };

/**
 * A provider whose requests leave one by one, an interval apart, in the order in which they are asked for. With
 * jitter each lies anywhere in the first part of its interval: the gaps differ, their mean does not.
 */
export function spaceSends(
  provider: Pick<Provider, 'send'>,
  pace: Pick<LanePace, 'place' | 'leave'>,
  spacing: Spacing,
  random: () => number = Math.random,
): Pick<Provider, 'send'> {
  const { campaignId, atMs, intervalMs, leastGapMs, jitter01 } = spacing;
  const gapMs = leastGapMs * (1 - jitter01);
  let nth = 0;
  return {
    async send(request, options) {
      const placeMs = atMs + (nth++ + random() * jitter01) * intervalMs;
      let waitMs = pace.place(campaignId, { atMs: placeMs, gapMs }) - performance.now();
      do {
        if (waitMs > 1 && !(await elapses(waitMs, options.signal))) return notStarted;
        waitMs = pace.leave(campaignId, gapMs);
      } while (waitMs > 0);
      return provider.send(request, options);
    },
  };
}

/** True after `ms`, false at once when the signal aborts. */
function elapses(ms: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const stop = (): void => {
      clearTimeout(timer);
      resolve(false);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve(true);
    }, ms);
    signal.addEventListener('abort', stop, { once: true });
  });
}
