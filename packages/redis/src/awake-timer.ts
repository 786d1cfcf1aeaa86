import type { Clock } from '@zaphub/concurrency';

/** A timer that fires this much too late says that the process was busy. */
const oversleptMs = 20;

/**
 * Acts after `delayMs` in which this process could have heard an answer: when it stood still, commands may not have
 * left, and answers lie unread at its door, so it is given as long again as it stood still, once. Returns what
 * cancels it.
 */
export function awakeTimer(
  clock: Pick<Clock, 'now' | 'timer'>,
  delayMs: number,
  act: () => void,
): () => void {
  const dueAt = clock.now() + delayMs;
  let cancel = clock.timer(delayMs, () => {
    const overslept = clock.now() - dueAt;
    if (overslept > oversleptMs) cancel = clock.timer(Math.min(overslept, delayMs), act);
    else act();
  });
  return () => cancel();
}
