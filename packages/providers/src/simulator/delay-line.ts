const stepMs = 5;

/** Calls functions later with one timer per five milliseconds, however many of them wait. */
export interface DelayLine {
  /** Calls `run` after `ms`, at once for 0. */
  after(ms: number, run: () => void): void;
  /** Calls everything that waits, now. */
  flush(): void;
}

/** What waits is as much as callers put in: callers bound it. */
export function createDelayLine(): DelayLine {
  const buckets = new Map<number, { readonly timer: NodeJS.Timeout; readonly runs: (() => void)[] }>();
  const fire = (step: number): void => {
    const bucket = buckets.get(step);
    buckets.delete(step);
    for (const run of bucket?.runs ?? []) run();
  };
  return {
    after(ms, run) {
      if (ms <= 0) {
        run();
        return;
      }
      const nowMs = performance.now();
      const step = Math.ceil((nowMs + ms) / stepMs);
      const bucket = buckets.get(step);
      if (bucket !== undefined) {
        bucket.runs.push(run);
        return;
      }
      buckets.set(step, { timer: setTimeout(fire, step * stepMs - nowMs, step), runs: [run] });
    },
    flush() {
      for (const [step, bucket] of buckets) {
        clearTimeout(bucket.timer);
        fire(step);
      }
    },
  };
}
