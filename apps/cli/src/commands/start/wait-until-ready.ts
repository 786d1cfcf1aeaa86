import { setTimeout as delay } from 'node:timers/promises';

const pollMs = 50;

/**
 * Resolves true once `url` answers 200, false when `timeoutMs` have passed or `hasFailed` says there is no hope.
 *
 * @throws the signal's reason when it is aborted
 */
export async function waitUntilReady(
  url: string,
  options: { timeoutMs: number; hasFailed: () => boolean; signal: AbortSignal },
): Promise<boolean> {
  const giveUpAt = performance.now() + options.timeoutMs;
  while (performance.now() < giveUpAt && !options.hasFailed()) {
    options.signal.throwIfAborted();
    const reply = await fetch(url, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
    await reply?.body?.cancel();
    if (reply?.status === 200) return true;
    await delay(pollMs);
  }
  return false;
}
