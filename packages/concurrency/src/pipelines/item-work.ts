import type { Clock } from '../time/clock.ts';
import type { ErrorStream } from './error-stream.ts';
import type { StageMeter } from './stage-meter.ts';
import type { StageContext, StageDefinition, StageRate } from './stage-options.ts';

/** In place of a result: the item goes no further. */
export const nothing: unique symbol = Symbol('nothing');
export type Nothing = typeof nothing;

/** What the stages of one pipeline share. */
export interface FlowContext {
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly errors: ErrorStream;
}

/** Takes items through a stage's work one by one: pace, attempts, the error stream, measures. */
export class ItemWork<In, Out> {
  readonly #stage: StageDefinition<In, Out>;
  readonly #flow: FlowContext;
  readonly #meter: StageMeter;
  /** The same for the first attempt at every item. */
  readonly #firstAttempt: StageContext;

  constructor(stage: StageDefinition<In, Out>, flow: FlowContext, meter: StageMeter) {
    this.#stage = stage;
    this.#flow = flow;
    this.#meter = meter;
    this.#firstAttempt = { attempt: 1, signal: flow.signal };
  }

  /**
   * The result, as a promise only if it must be waited for. Rejects only for faults of the stage itself: a closed
   * rate limiter, a backoff that throws.
   */
  perform(item: In): Out | Nothing | Promise<Out | Nothing> {
    const { rate } = this.#stage;
    return rate === undefined || rate.tryAcquire() ? this.#attempt(item) : this.#paced(item, rate);
  }

  async #paced(item: In, rate: StageRate): Promise<Out | Nothing> {
    const { signal } = this.#flow;
    try {
      await rate.acquire(signal);
    } catch (error) {
      if (signal.aborted) return nothing;
      throw error;
    }
    return this.#attempt(item);
  }

  #attempt(item: In): Out | Nothing | Promise<Out | Nothing> {
    const startedAtMs = this.#flow.clock.now();
    this.#meter.inFlight++;
    let result: Out | Promise<Out>;
    try {
      result = this.#stage.work(item, this.#firstAttempt);
    } catch (error) {
      return this.#afterFailure(item, error, startedAtMs);
    }
    if (isPromiseLike(result)) return this.#settle(item, result, startedAtMs);
    this.#succeeded(startedAtMs);
    return result;
  }

  async #settle(item: In, pending: PromiseLike<Out>, startedAtMs: number): Promise<Out | Nothing> {
    let result: Out;
    try {
      result = await pending;
    } catch (error) {
      return this.#afterFailure(item, error, startedAtMs);
    }
    this.#succeeded(startedAtMs);
    return result;
  }

  async #afterFailure(item: In, firstError: unknown, startedAtMs: number): Promise<Out | Nothing> {
    const { name, work, retry } = this.#stage;
    const { signal, errors } = this.#flow;
    let attempt = 1;
    let error = firstError;
    let delayMs = 0;
    while (attempt < retry.attempts && !signal.aborted) {
      if (retry.shouldRetry?.(error, attempt) === false) break;
      delayMs = retry.backoff(attempt, delayMs, error);
      if (!(await this.#waitToRetry(delayMs))) break;
      attempt++;
      this.#meter.retries++;
      try {
        const result = await work(item, { attempt, signal });
        this.#succeeded(startedAtMs);
        return result;
      } catch (thrown) {
        error = thrown;
      }
    }
    // Nobody gave an item up that an abort ended: it is dropped with all others.
    if (signal.aborted) this.#meter.abandoned();
    else {
      this.#meter.failed();
      await errors.add({ stage: name, item, attempt, error });
    }
    return nothing;
  }

  /** `false` when the pipeline was aborted meanwhile. */
  async #waitToRetry(delayMs: number): Promise<boolean> {
    const { clock, signal } = this.#flow;
    try {
      await clock.sleep(delayMs, signal);
      await this.#stage.rate?.acquire(signal);
      return true;
    } catch (error) {
      if (signal.aborted) return false;
      throw error;
    }
  }

  #succeeded(startedAtMs: number): void {
    this.#meter.succeeded(this.#flow.clock.now() - startedAtMs);
  }
}

/** Works may return promises of any make. */
function isPromiseLike<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
