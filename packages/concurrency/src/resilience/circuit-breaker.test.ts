import { describe, expect, it, vi } from 'vitest';
import { createManualClock } from '../time/manual-clock.ts';
import { CircuitBreaker, type CircuitBreakerOptions } from './circuit-breaker.ts';
import { CircuitOpenError } from './circuit-open-error.ts';
import { ConsecutiveFailures } from './consecutive-failures.ts';

function breakerOf(options: Partial<CircuitBreakerOptions> = {}) {
  const clock = createManualClock();
  const breaker = new CircuitBreaker({
    strategy: new ConsecutiveFailures(2),
    resetAfterMs: 1000,
    clock,
    ...options,
  });
  const changes: string[] = [];
  breaker.onStateChange((state, previous) => changes.push(`${previous} → ${state}`));
  return { breaker, clock, changes };
}

const down = new Error('down');
const fail = (): Promise<never> => Promise.reject(down);

async function failTimes(breaker: CircuitBreaker, times: number): Promise<void> {
  for (let i = 0; i < times; i++) await expect(breaker.execute(fail)).rejects.toBe(down);
}

/** A call that the test ends. */
function pendingCall(breaker: CircuitBreaker, signal?: AbortSignal) {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const outcome = breaker.execute(() => promise, signal);
  return {
    succeed: () => (resolve('late'), outcome),
    fail: () => (reject(down), expect(outcome).rejects.toBe(down)),
  };
}

describe('CircuitBreaker', () => {
  it('opens at the failures of its strategy and then refuses without starting the work', async () => {
    const { breaker, clock, changes } = breakerOf({ name: 'cloud-api' });
    await failTimes(breaker, 1);
    expect(await breaker.execute(() => 'fine')).toBe('fine');
    await failTimes(breaker, 1);
    expect([breaker.state, breaker.retryAfterMs]).toEqual(['closed', 0]);
    await failTimes(breaker, 1);
    await clock.advance(400);
    let isStarted = false;
    const refused = breaker.execute(() => (isStarted = true));
    await expect(refused).rejects.toThrow(CircuitOpenError);
    await expect(refused).rejects.toMatchObject({
      message: 'cloud-api is open',
      code: 'circuit_open',
      circuit: 'cloud-api',
      state: 'open',
      retryAfterMs: 600,
    });
    expect([isStarted, breaker.state, breaker.retryAfterMs, clock.timers]).toEqual([false, 'open', 600, 0]);
    expect(changes).toEqual(['closed → open']);
  });

  it('lets a trial through after its time, and closes when it succeeds', async () => {
    const { breaker, clock, changes } = breakerOf();
    await failTimes(breaker, 2);
    await clock.advance(1000);
    expect([breaker.state, breaker.retryAfterMs]).toEqual(['open', 0]);
    const trial = pendingCall(breaker);
    expect(breaker.state).toBe('half-open');
    await expect(breaker.execute(() => 'second')).rejects.toMatchObject({
      state: 'half-open',
      retryAfterMs: 1000,
    });
    await trial.succeed();
    expect(breaker.state).toBe('closed');
    expect(changes).toEqual(['closed → open', 'open → half-open', 'half-open → closed']);
    // The count began anew.
    await failTimes(breaker, 1);
    expect(breaker.state).toBe('closed');
  });

  it('opens again when a trial fails', async () => {
    const { breaker, clock } = breakerOf();
    await failTimes(breaker, 2);
    await clock.advance(1000);
    await failTimes(breaker, 1);
    expect([breaker.state, breaker.retryAfterMs]).toEqual(['open', 1000]);
  });

  it('lets as many trials through as told, and closes when all have succeeded', async () => {
    const { breaker, clock } = breakerOf({ halfOpenMax: 3 });
    await failTimes(breaker, 2);
    await clock.advance(1000);
    const trials = [1, 2, 3].map(() => pendingCall(breaker));
    await expect(breaker.execute(() => 'fourth')).rejects.toThrow('circuit is half-open');
    await trials[0]?.succeed();
    await trials[1]?.succeed();
    expect(breaker.state).toBe('half-open');
    await trials[2]?.succeed();
    expect(breaker.state).toBe('closed');
  });

  it('is not moved by calls that end in a later state than they began in', async () => {
    const { breaker, clock, changes } = breakerOf();
    const begunClosed = [1, 2, 3, 4].map(() => pendingCall(breaker));
    await failTimes(breaker, 2);
    await begunClosed[0]?.succeed();
    expect(breaker.state).toBe('open');
    await clock.advance(1000);
    const trial = pendingCall(breaker);
    await begunClosed[1]?.succeed();
    await begunClosed[2]?.fail();
    expect(breaker.state).toBe('half-open');
    await trial.succeed();
    await begunClosed[3]?.fail();
    await failTimes(breaker, 1);
    expect(breaker.state).toBe('closed');
    expect(changes).toHaveLength(3);
  });

  it('lets the second of two trials change nothing after the first has failed', async () => {
    const { breaker, clock } = breakerOf({ halfOpenMax: 2 });
    await failTimes(breaker, 2);
    await clock.advance(1000);
    const trials = [1, 2].map(() => pendingCall(breaker));
    await trials[0]?.fail();
    await clock.advance(500);
    await trials[1]?.fail();
    expect([breaker.state, breaker.retryAfterMs]).toEqual(['open', 500]);
  });

  it('gives up trials that never end', async () => {
    const { breaker, clock, changes } = breakerOf();
    await failTimes(breaker, 2);
    await clock.advance(1000);
    const hanging = pendingCall(breaker);
    await clock.advance(999);
    await expect(breaker.execute(() => 1)).rejects.toMatchObject({ state: 'half-open', retryAfterMs: 1 });
    await clock.advance(1);
    const next = pendingCall(breaker);
    await hanging.fail();
    expect(breaker.state).toBe('half-open');
    await next.succeed();
    expect(breaker.state).toBe('closed');
    expect(changes).toHaveLength(3);
  });

  it('does not count calls whose caller aborted them, and gives their place as a trial to another', async () => {
    const { breaker, clock } = breakerOf();
    const stop = new AbortController();
    const begun = [1, 2, 3].map(() => pendingCall(breaker, stop.signal));
    stop.abort(new Error('gone'));
    for (const call of begun) await call.fail();
    expect(breaker.state).toBe('closed');
    let isStarted = false;
    await expect(breaker.execute(() => (isStarted = true), stop.signal)).rejects.toThrow('gone');
    expect(isStarted).toBe(false);

    await failTimes(breaker, 2);
    await clock.advance(1000);
    const leaving = new AbortController();
    const trial = pendingCall(breaker, leaving.signal);
    leaving.abort();
    await trial.fail();
    expect([breaker.state, breaker.retryAfterMs]).toEqual(['half-open', 0]);
    expect(await breaker.execute(() => 'another')).toBe('another');
    expect(breaker.state).toBe('closed');
  });

  it('takes an error that does not speak against the service for a success', async () => {
    const { breaker } = breakerOf({ isFailure: (error) => error === down });
    await failTimes(breaker, 1);
    await expect(breaker.execute(() => Promise.reject(new Error('bad request')))).rejects.toThrow(
      'bad request',
    );
    await failTimes(breaker, 1);
    expect(breaker.state).toBe('closed');
    await failTimes(breaker, 1);
    expect(breaker.state).toBe('open');
  });

  it('takes a result that speaks against the service for a failure, and still hands it over', async () => {
    const { breaker } = breakerOf({ isFailureResult: (status) => status === 503 });
    expect(await breaker.execute(() => 503)).toBe(503);
    expect(await breaker.execute(() => 200)).toBe(200);
    for (let i = 0; i < 2; i++) expect(await breaker.execute(() => 503)).toBe(503);
    expect(breaker.state).toBe('open');
  });

  it('stays open longer each time in a row when told so, from the start again once it was closed', async () => {
    const { breaker, clock } = breakerOf({
      resetAfterMs: (openings, beforeMs = 0) => Math.max(100 * openings, 2 * beforeMs),
    });
    const openForMs: number[] = [];
    const open = async (failures: number): Promise<void> => {
      await failTimes(breaker, failures);
      openForMs.push(breaker.retryAfterMs);
      await clock.advance(breaker.retryAfterMs);
    };
    await open(2);
    await open(1);
    await open(1);
    await breaker.execute(() => 'fine');
    await open(2);
    expect(openForMs).toEqual([100, 200, 400, 100]);
  });

  it('can be isolated and reset by hand', async () => {
    const { breaker, clock, changes } = breakerOf();
    const begun = pendingCall(breaker);
    breaker.isolate();
    breaker.isolate();
    await clock.advance(1_000_000);
    expect([breaker.state, breaker.retryAfterMs]).toEqual(['isolated', Infinity]);
    await expect(breaker.execute(() => 1)).rejects.toMatchObject({
      state: 'isolated',
      retryAfterMs: Infinity,
    });
    await begun.succeed();
    expect(breaker.state).toBe('isolated');
    breaker.reset();
    expect(await breaker.execute(() => 'back')).toBe('back');
    await failTimes(breaker, 1);
    breaker.reset();
    await failTimes(breaker, 1);
    expect(changes).toEqual(['closed → isolated', 'isolated → closed']);
  });

  it('keeps a listener that throws away from the caller and from the other listeners', async () => {
    const thrownLater: (() => void)[] = [];
    vi.stubGlobal('queueMicrotask', (callback: () => void) => thrownLater.push(callback));
    try {
      const { breaker, clock, changes } = breakerOf();
      const leave = breaker.onStateChange(() => {
        throw new Error('broken listener');
      });
      const heard: string[] = [];
      breaker.onStateChange((state) => heard.push(state));
      await failTimes(breaker, 2);
      leave();
      await clock.advance(1000);
      await breaker.execute(() => 1);
      expect(heard).toEqual(['open', 'half-open', 'closed']);
      expect(changes).toHaveLength(3);
      expect(thrownLater).toHaveLength(1);
      expect(thrownLater[0]).toThrow('broken listener');
    } finally {
      vi.unstubAllGlobals();
    }
  });

  it('tells every listener of the changes in their order, also of one that a listener makes', async () => {
    const { breaker } = breakerOf();
    breaker.onStateChange((state) => {
      if (state === 'open') breaker.isolate();
    });
    const heard: string[] = [];
    breaker.onStateChange((state, previous) => heard.push(`${previous} → ${state}`));
    await failTimes(breaker, 2);
    expect(heard).toEqual(['closed → open', 'open → isolated']);
  });

  it.each([
    ['isolates it', 'isolated', (breaker: CircuitBreaker) => breaker.isolate()],
    ['closes it', 'closed', (breaker: CircuitBreaker) => breaker.reset()],
  ] as const)('obeys a listener that %s as it becomes half-open', async (_what, state, act) => {
    const { breaker, clock } = breakerOf();
    await failTimes(breaker, 2);
    await clock.advance(1000);
    breaker.onStateChange((now) => {
      if (now === 'half-open') act(breaker);
    });
    const ended = await breaker.execute(() => 'ran').catch((error: unknown) => error);
    expect(breaker.state).toBe(state);
    if (state === 'closed') expect(ended).toBe('ran');
    else expect(ended).toMatchObject({ code: 'circuit_open', retryAfterMs: Infinity });
  });

  it('gives the trial to the call that makes it half-open, not to one that a listener makes then', async () => {
    const { breaker, clock } = breakerOf();
    await failTimes(breaker, 2);
    await clock.advance(1000);
    const started: string[] = [];
    const start = (name: string): Promise<unknown> =>
      breaker
        .execute(() => {
          started.push(name);
          return new Promise(() => undefined);
        })
        .catch((error: unknown) => error);
    breaker.onStateChange((now) => {
      if (now === 'half-open') void start('the probe of a listener');
    });
    void start('a caller');
    expect(await start('one too many')).toBeInstanceOf(CircuitOpenError);
    expect(started).toEqual(['a caller']);
  });

  it('opens at five failures in a row unless told otherwise, by the machine clock', async () => {
    const breaker = new CircuitBreaker({ resetAfterMs: 60_000 });
    await failTimes(breaker, 4);
    expect(breaker.state).toBe('closed');
    await failTimes(breaker, 1);
    expect(breaker.state).toBe('open');
    expect(breaker.retryAfterMs).toBeGreaterThan(59_000);
  });

  it('refuses settings out of their range', () => {
    expect(() => breakerOf({ resetAfterMs: 0 })).toThrow('resetAfterMs must be above 0, not 0');
    expect(() => breakerOf({ halfOpenMax: 0 })).toThrow(RangeError);
    expect(() => breakerOf({ halfOpenMax: 1.5 })).toThrow(RangeError);
    expect(() => new ConsecutiveFailures(0)).toThrow(RangeError);
    expect(() => new ConsecutiveFailures(1.5)).toThrow(RangeError);
  });
});
