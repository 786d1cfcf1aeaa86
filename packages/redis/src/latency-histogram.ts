/** Answers by how long they took, ready for a Prometheus histogram. */
export interface LatencySnapshot {
  /** Upper bounds of the buckets in milliseconds, ascending; the last bucket has none. */
  readonly boundsMs: readonly number[];
  /** Answers in each bucket, not cumulated; one more than there are bounds. */
  readonly counts: readonly number[];
  readonly count: number;
  readonly sumMs: number;
}

const boundsMs = [0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500] as const;

/** Counts durations in fixed buckets; adding one takes a few nanoseconds and no memory. */
export class LatencyHistogram {
  readonly #counts = new Array<number>(boundsMs.length + 1).fill(0);
  #count = 0;
  #sumMs = 0;

  add(durationMs: number): void {
    let bucket = 0;
    while (bucket < boundsMs.length && durationMs > (boundsMs[bucket] ?? Number.POSITIVE_INFINITY)) bucket++;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#count++;
    this.#sumMs += durationMs;
  }

  snapshot(): LatencySnapshot {
    return { boundsMs, counts: [...this.#counts], count: this.#count, sumMs: this.#sumMs };
  }
}
