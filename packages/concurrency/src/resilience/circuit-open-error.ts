import type { CircuitState } from './circuit-breaker.ts';

/** The circuit let nothing through: the work was not started. */
export class CircuitOpenError extends Error {
  override readonly name = 'CircuitOpenError';
  readonly code = 'circuit_open';
  /** The breaker's name. */
  readonly circuit: string;
  readonly state: Exclude<CircuitState, 'closed'>;
  /**
   * Milliseconds until a call may be let through: the rest of the opening; in `half-open`, until trials that never
   * end are given up; `Infinity` when isolated.
   */
  readonly retryAfterMs: number;

  constructor(circuit: string, state: Exclude<CircuitState, 'closed'>, retryAfterMs: number) {
    super(`${circuit} is ${state}`);
    this.circuit = circuit;
    this.state = state;
    this.retryAfterMs = retryAfterMs;
  }
}
