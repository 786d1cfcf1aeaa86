import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createManualClock } from '../time/manual-clock.ts';
import { CircuitBreaker, type CircuitState } from './circuit-breaker.ts';
import { CircuitOpenError } from './circuit-open-error.ts';
import { ConsecutiveFailures } from './consecutive-failures.ts';

interface Call {
  readonly end: (outcome: 'abort' | 'fail' | 'succeed') => void;
  readonly outcome: Promise<unknown>;
  /** Of the model: the era in which it began. */
  readonly era: number;
}

const threshold = 2;
const resetAfterMs = 100;

/** What the breaker promises, as plainly as it can be said; the eras are counted by whole states. */
class Model {
  state: CircuitState = 'closed';
  era = 0;
  failuresInARow = 0;
  untilMs = 0;
  placesLeft = 0;
  successesNeeded = 0;
  readonly halfOpenMax: number;

  constructor(halfOpenMax: number) {
    this.halfOpenMax = halfOpenMax;
  }

  /** Whether a call goes through. */
  begin(nowMs: number): boolean {
    if (this.state === 'closed') return true;
    if (this.state === 'isolated') return false;
    if (this.state === 'half-open' && this.placesLeft > 0) {
      this.placesLeft--;
      return true;
    }
    if (nowMs < this.untilMs) return false;
    this.become('half-open');
    this.untilMs = nowMs + resetAfterMs;
    this.placesLeft = this.halfOpenMax - 1;
    this.successesNeeded = this.halfOpenMax;
    return true;
  }

  end(outcome: 'abort' | 'fail' | 'succeed', era: number, nowMs: number): void {
    if (era !== this.era) return;
    if (outcome === 'abort') this.placesLeft++;
    else if (outcome === 'fail') {
      this.failuresInARow++;
      if (this.state === 'closed' && this.failuresInARow < threshold) return;
      this.become('open');
      this.untilMs = nowMs + resetAfterMs;
    } else {
      this.failuresInARow = 0;
      if (this.state === 'half-open' && --this.successesNeeded === 0) this.become('closed');
    }
  }

  become(state: CircuitState): void {
    this.state = state;
    this.era++;
    this.failuresInARow = 0;
  }
}

it('does as the model does, whatever begins, ends and aborts when', async () => {
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.constant({ what: 'begin' as const }) },
    {
      weight: 6,
      arbitrary: fc.record({
        what: fc.constant('end' as const),
        who: fc.nat(),
        outcome: fc.constantFrom('abort' as const, 'fail' as const, 'fail' as const, 'succeed' as const),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ what: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 120 }) }),
    },
    { weight: 1, arbitrary: fc.constantFrom({ what: 'isolate' as const }, { what: 'reset' as const }) },
  );
  const seen = new Set<CircuitState>();
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 60, size: 'max' }),
      fc.integer({ min: 1, max: 3 }),
      async (steps, halfOpenMax) => {
        let nowMs = 0;
        const clock = { ...createManualClock(), now: () => nowMs };
        const strategy = new ConsecutiveFailures(threshold);
        const breaker = new CircuitBreaker({ strategy, resetAfterMs, halfOpenMax, clock });
        const model = new Model(halfOpenMax);
        const heard: CircuitState[] = [];
        breaker.onStateChange((state) => heard.push(state));
        let calls: Call[] = [];
        for (const step of steps) {
          switch (step.what) {
            case 'begin':
              if (model.begin(nowMs)) calls.push(beginCall(breaker, model.era));
              else await expect(breaker.execute(() => 'never')).rejects.toThrow(CircuitOpenError);
              break;
            case 'end': {
              const call = calls[step.who % calls.length];
              if (call === undefined) break;
              calls = calls.filter((other) => other !== call);
              call.end(step.outcome);
              await call.outcome;
              model.end(step.outcome, call.era, nowMs);
              break;
            }
            case 'wait':
              nowMs += step.ms;
              break;
            case 'isolate':
              breaker.isolate();
              if (model.state !== 'isolated') model.become('isolated');
              break;
            case 'reset':
              breaker.reset();
              model.become('closed');
              break;
          }
          expect(breaker.state).toBe(model.state);
          expect(heard.at(-1) ?? 'closed').toBe(model.state);
          seen.add(model.state);
        }
      },
    ),
    { numRuns: 300 },
  );
  expect(seen.size).toBe(4);
});

function beginCall(breaker: CircuitBreaker, era: number): Call {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const stop = new AbortController();
  return {
    outcome: breaker.execute(() => promise, stop.signal).catch(() => undefined),
    era,
    end(outcome) {
      if (outcome === 'succeed') resolve();
      else {
        if (outcome === 'abort') stop.abort();
        reject(new Error(outcome));
      }
    },
  };
}
