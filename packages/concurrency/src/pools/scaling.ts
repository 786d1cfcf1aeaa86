/** Between which numbers of workers, and at which utilisation, a pool grows and shrinks. */
export interface ScalingRule {
  readonly minWorkers: number;
  readonly maxWorkers: number;
  /** From 0 to 1; above `scaleDownAt`. */
  readonly scaleUpAt: number;
  readonly scaleDownAt: number;
}

/**
 * How many workers there should be, given how many there are and how many were busy on average.
 *
 * Between the two thresholds: as many as there are. At or beyond one: as many as put the utilisation half way between
 * them. That number does not depend on how many there are, so a steady load that the workers can carry changes it
 * once at most. While all are busy the real load is not known, and the pool grows step by step.
 */
export function workersFor(rule: ScalingRule, workers: number, busy: number): number {
  const utilisation = busy / workers;
  if (utilisation > rule.scaleDownAt && utilisation < rule.scaleUpAt) return workers;
  const wanted = Math.ceil(busy / ((rule.scaleUpAt + rule.scaleDownAt) / 2));
  return Math.min(rule.maxWorkers, Math.max(rule.minWorkers, wanted));
}
