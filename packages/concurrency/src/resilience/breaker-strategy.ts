import type { Clock } from '../time/clock.ts';

/**
 * Decides when a closed {@link CircuitBreaker} opens, from how its calls end. It holds the counts, so each breaker
 * needs one of its own.
 */
export interface BreakerStrategy {
  /** A call succeeded. */
  succeeded(clock: Clock): void;
  /** A call failed; answers whether the circuit opens. */
  failed(clock: Clock): boolean;
  /** Forgets everything: the circuit begins anew. */
  reset(): void;
}
