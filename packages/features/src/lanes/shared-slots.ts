import { Semaphore } from '@zaphub/concurrency';
import type { GuardedProvider } from './provider-guards.ts';

/** From so many on, a few direct messages beside a batch make no difference to a network. */
const manySlots = 500;

/**
 * A batch and the direct messages beside it share the requests that a sender may have under way: whoever comes waits
 * for the next one that is answered. Never rejects: whoever gives up waiting has sent nothing.
 */
export function shareSlots(provider: GuardedProvider): GuardedProvider {
  const { maxInFlight } = provider.abilities;
  if (maxInFlight >= manySlots) return provider;
  const slots = new Semaphore(maxInFlight, 'requests of a sender');
  return {
    ...provider,
    async send(request, options) {
      let permit;
      try {
        permit = await slots.acquire({ signal: options.signal });
      } catch {
        return { kind: 'not_sent', code: 'not_started', retryAfterMs: 0 };
      }
      try {
        return await provider.send(request, options);
      } finally {
        permit.release();
      }
    },
  };
}
