import type { CampaignCounters } from '@zaphub/types';
import { useEffect, useRef, useState } from 'react';
import { doneOf } from './campaign-facts.ts';

interface Sample {
  atMs: number;
  done: number;
}

const windowMs = 8_000;
const shortestSpanMs = 900;

/** Recipients settled per second over the last seconds that were watched; null until there is enough to measure. */
export function useSendRate(counters: CampaignCounters, isRunning: boolean): number | null {
  const samples = useRef<Sample[]>([]);
  const [rate, setRate] = useState<number | null>(null);
  const done = doneOf(counters);
  useEffect(() => {
    if (!isRunning) {
      samples.current = [];
      setRate(null);
      return;
    }
    const now = performance.now();
    samples.current = [...samples.current.filter(({ atMs }) => now - atMs < windowMs), { atMs: now, done }];
    setRate(rateOf(samples.current));
  }, [done, isRunning]);
  return rate;
}

/** Exported for its test. */
export function rateOf(samples: readonly Sample[]): number | null {
  const first = samples[0];
  const last = samples.at(-1);
  if (first === undefined || last === undefined || last.atMs - first.atMs < shortestSpanMs) return null;
  return Math.max(0, ((last.done - first.done) * 1_000) / (last.atMs - first.atMs));
}
