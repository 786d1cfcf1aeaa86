/** Buckets to each doubling: a reading is at most 1/8 above the truth. */
const stepsPerDoubling = 8;
const stepBits = 3;
/** Up to 2^31 microseconds, about 36 minutes; what is longer counts as that. */
const maxMicroseconds = 2 ** 31 - 1;
const bucketCount = (31 - stepBits + 1) * stepsPerDoubling;

/** A summary of durations, all in milliseconds; each is 0 as long as there are none. */
export interface LatencySummary {
  readonly count: number;
  readonly meanMs: number;
  /** Half of them took at most this long. Percentiles are read from buckets: exact below 8 µs, else up to 1/8 high. */
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p99Ms: number;
  /** Exact. */
  readonly maxMs: number;
}

/** Durations counted up to some bounds, as a Prometheus histogram tells them. */
export interface LatencyBuckets {
  /** In milliseconds, ascending. */
  readonly boundsMs: readonly number[];
  /** For each bound how many took at most so long: never too many, though one less than 1/8 below it may be left out. */
  readonly counts: readonly number[];
  /** All of them, also those above the last bound. */
  readonly count: number;
  readonly sumMs: number;
}

/**
 * Counts durations in a fixed 1.8 kB however many there are, from a microsecond to 36 minutes, with percentiles
 * that are never low and at most 12.5 % high.
 *
 * @example
 * ```ts
 * import { LatencyHistogram } from '@zaphub/concurrency';
 *
 * const latency = new LatencyHistogram();
 * for (const durationMs of [1, 2, 300]) latency.record(durationMs);
 * console.log(latency.summary().p50Ms, latency.summary().maxMs); // about 2, exactly 300
 * ```
 */
export class LatencyHistogram {
  /** Not 32-bit counts: a stage may run for months. */
  readonly #counts = new Float64Array(bucketCount);
  #count = 0;
  #sumMs = 0;
  #maxMs = 0;

  record(durationMs: number): void {
    this.#count++;
    this.#sumMs += durationMs;
    if (durationMs > this.#maxMs) this.#maxMs = durationMs;
    const bucket = bucketOf(Math.min(maxMicroseconds, Math.ceil(durationMs * 1000)));
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
  }

  summary(): LatencySummary {
    return {
      count: this.#count,
      meanMs: this.#count === 0 ? 0 : this.#sumMs / this.#count,
      p50Ms: this.percentileMs(0.5),
      p90Ms: this.percentileMs(0.9),
      p99Ms: this.percentileMs(0.99),
      maxMs: this.#maxMs,
    };
  }

  /** How many took at most as long as each of the bounds, which ascend. */
  buckets(boundsMs: readonly number[]): LatencyBuckets {
    let seen = 0;
    let bucket = 0;
    const counts = boundsMs.map((boundMs) => {
      for (; bucket < bucketCount && upperEndOf(bucket) <= boundMs * 1000; bucket++) {
        seen += this.#counts[bucket] ?? 0;
      }
      return seen;
    });
    return { boundsMs, counts, count: this.#count, sumMs: this.#sumMs };
  }

  /** The duration that the given share, 0 to 1, of all recorded ones did not exceed. */
  percentileMs(share01: number): number {
    const rank = Math.max(1, Math.ceil(this.#count * share01));
    let seen = 0;
    for (const [bucket, count] of this.#counts.entries()) {
      seen += count;
      if (seen >= rank) return Math.min(this.#maxMs, upperEndOf(bucket) / 1000);
    }
    return 0;
  }
}

/** Whole microseconds below 8 have a bucket each; above, the three bits after the leading one choose. */
function bucketOf(microseconds: number): number {
  if (microseconds < stepsPerDoubling) return microseconds;
  const doubling = 31 - Math.clz32(microseconds) - stepBits;
  return doubling * stepsPerDoubling + (microseconds >>> doubling);
}

/** The largest number of microseconds in the bucket. */
function upperEndOf(bucket: number): number {
  if (bucket < 2 * stepsPerDoubling) return bucket;
  const doubling = Math.floor(bucket / stepsPerDoubling) - 1;
  return (bucket - doubling * stepsPerDoubling + 1) * 2 ** doubling - 1;
}
