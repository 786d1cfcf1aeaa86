import { mostAtOnce, patienceS } from './pool-turn.ts';

/** A number of a pool. */
interface PoolNumber {
  /** Messages a second; `null` for no limit. */
  readonly ratePerSecond: number | null;
  readonly weight: number;
}

/** A lane claims no more than it sends in about so long. */
const longestHelpingS = 6;

/**
 * How fast each number of a pool goes while they send one campaign together, messages a second; Infinity without a rate.
 * Numbers keep to their weights, so the slowest for its weight holds the others back, unless its helpings last longer
 * than anybody waits.
 * @param total recipients of the campaign; 0 when each number has a line of its own and nobody waits for a share
 */
export function poolPace(numbers: readonly PoolNumber[], total: number): readonly number[] {
  const rates = numbers.map(({ ratePerSecond }) => ratePerSecond ?? Infinity);
  if (numbers.length === 1) return rates;
  const most = Math.min(mostAtOnce, Math.max(1, Math.ceil(total / (20 * numbers.length))));
  const paces = numbers.flatMap(({ weight }, i) => {
    const rate = rates[i] ?? Infinity;
    const isWaitedFor = Math.min(longestHelpingS, most / rate) <= patienceS;
    return isWaitedFor ? [rate / weight] : [];
  });
  const slowest = Math.min(...paces);
  return numbers.map(({ weight }, i) => Math.min(rates[i] ?? Infinity, slowest * weight));
}
