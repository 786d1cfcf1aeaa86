import { type Clock, monotonicClock } from '@zaphub/concurrency';
import type { AnyPlugin, ApisOf, Plugin } from '../plugin.ts';
import { settleWithin } from '../settle-within.ts';
import { EnhancerTimeoutError } from './enhancer-timeout-error.ts';
import { LazyEnhanceInput } from './enhancer-input.ts';
import type { ValueOf } from './enhancer.ts';
import { type PlannedEnhancer, planEnhancers } from './plan-enhancers.ts';

/** The context that some plugins build together: what each adds, under its key in the record. */
export type ContextOf<Plugins extends Readonly<Record<string, AnyPlugin>>> = {
  -readonly [Key in keyof Plugins]: ValueOf<Plugins[Key]>;
};

/** What all of some plugins must know of a request. */
export type BaseOf<Plugins extends Readonly<Record<string, AnyPlugin>>> = {
  [Key in keyof Plugins]: Plugins[Key] extends Plugin<infer _Api, infer _Refs, infer _Value, infer Base>
    ? (request: Base) => void
    : never;
}[keyof Plugins] extends (request: infer All) => void
  ? All
  : never;

/** How often an enhancer ran, and how often its fallback (or the request's failure) took its place. */
export interface EnhancerCounts {
  runs: number;
  failed: number;
  late: number;
}

/** Settings of a context builder; each has a default. */
export interface ContextBuilderOptions {
  /** Milliseconds the whole context may take. Default 5,000. */
  readonly contextMs?: number;
  /** Milliseconds one enhancer may take when it does not say otherwise. Default 3,000. */
  readonly enhancerMs?: number;
  /** Told of each enhancer that failed or was late. */
  readonly onTrouble?: (plugin: string, what: 'failed' | 'late', error: unknown) => void;
  readonly clock?: Clock;
}

/** Builds the context of one request after another. */
export interface ContextBuilder<Base, Context extends object> {
  /**
   * Runs the enhancers, those of one batch together, and resolves with what they added. Rejects with the failure of
   * a required enhancer as it was thrown, and tells the others by their signal; no other enhancer can fail it.
   *
   * @param into the object to fill, for example one of a pool; a new one when absent.
   * @throws EnhancerTimeoutError `enhancer_timeout` when a required enhancer was late.
   */
  build(request: Base, into?: Context): Promise<Context>;
  /** An empty context: every key is there and `undefined`. */
  empty(): Context;
  /** The counts since the start, by plugin. */
  counts(): Readonly<Record<string, Readonly<EnhancerCounts>>>;
}

/**
 * Makes a builder of request contexts from running plugins and their apis, for example in the `start` of the plugin
 * that serves; the type of the context follows from them.
 *
 * @throws KernelGraphError when an enhancer needs a value that no plugin in the record adds.
 */
export function createContextBuilder<const Plugins extends Readonly<Record<string, AnyPlugin>>>(
  plugins: Plugins,
  apis: NoInfer<ApisOf<Plugins>>,
  options: ContextBuilderOptions = {},
): ContextBuilder<BaseOf<Plugins>, ContextOf<Plugins>> {
  return new PlannedContextBuilder(plugins, apis, options);
}

/** One enhancer with what it needs at each request. */
interface Step extends PlannedEnhancer {
  readonly api: unknown;
  readonly enhancer: NonNullable<AnyPlugin['enhance']>;
  readonly timeoutMs: number;
  readonly counts: EnhancerCounts;
}

type AnyContext = Record<string, unknown>;

class PlannedContextBuilder<Base, Context extends object> implements ContextBuilder<Base, Context> {
  readonly #batches: readonly (readonly Step[])[];
  readonly #template: AnyContext;
  readonly #contextMs: number;
  readonly #clock: Clock;
  readonly #onTrouble: (plugin: string, what: 'failed' | 'late', error: unknown) => void;

  constructor(
    plugins: Readonly<Record<string, AnyPlugin>>,
    apis: Readonly<Record<string, unknown>>,
    options: ContextBuilderOptions,
  ) {
    const { contextMs = 5_000, enhancerMs = 3_000, clock = monotonicClock } = options;
    this.#contextMs = contextMs;
    this.#clock = clock;
    this.#onTrouble = options.onTrouble ?? (() => undefined);
    this.#template = Object.fromEntries(Object.keys(plugins).map((key) => [key, undefined]));
    this.#batches = planEnhancers(plugins).map((batch) =>
      batch.flatMap((planned) => {
        const enhancer = planned.plugin.enhance;
        if (enhancer === undefined) return [];
        const api = apis[planned.key];
        const timeoutMs = enhancer.timeoutMs ?? enhancerMs;
        return [{ ...planned, api, enhancer, timeoutMs, counts: { runs: 0, failed: 0, late: 0 } }];
      }),
    );
  }

  async build(request: Base, into?: Context): Promise<Context> {
    // Both have every key of the record: the template was made from it, and `into` was made by `empty`.
    const context = (into ?? { ...this.#template }) as Context & AnyContext;
    const endsAtMs = this.#clock.now() + this.#contextMs;
    for (const batch of this.#batches) {
      const waiting: LateValue[] = [];
      try {
        for (const step of batch) {
          const late = this.#enhance(step, request, context, endsAtMs);
          if (late !== undefined) waiting.push(late);
        }
        if (waiting.length > 0) await Promise.all(waiting.map(({ done }) => done));
      } catch (error) {
        for (const { input, done } of waiting) {
          input.giveUp(error);
          // The request has failed already; how the others end changes nothing.
          done.catch(() => undefined);
        }
        throw error;
      }
    }
    return context;
  }

  empty(): Context {
    // Every key of the record is in the template.
    return { ...this.#template } as Context;
  }

  counts(): Readonly<Record<string, Readonly<EnhancerCounts>>> {
    return Object.fromEntries(this.#batches.flat().map(({ plugin, counts }) => [plugin.name, { ...counts }]));
  }

  /** Fills in one value; answers what to wait for when it is not there at once. */
  #enhance(step: Step, request: Base, context: AnyContext, endsAtMs: number): LateValue | undefined {
    step.counts.runs++;
    const input = new LazyEnhanceInput(
      step.api,
      step.needs.length === 0 ? nothing : pick(context, step.needs),
    );
    let value: unknown;
    try {
      value = step.enhancer.run(request, input);
    } catch (error) {
      context[step.key] = this.#replace(step, request, 'failed', error);
      return undefined;
    }
    if (!isPromise(value)) {
      context[step.key] = value;
      return undefined;
    }
    const timeoutMs = Math.max(0, Math.min(step.timeoutMs, endsAtMs - this.#clock.now()));
    const done = settleWithin(value, timeoutMs, this.#clock).then((settled) => {
      if (settled.outcome === 'fulfilled') {
        context[step.key] = settled.value;
      } else if (settled.outcome === 'rejected') {
        context[step.key] = this.#replace(step, request, 'failed', settled.reason);
      } else {
        const error = new EnhancerTimeoutError(step.plugin.name, timeoutMs);
        input.giveUp(error);
        context[step.key] = this.#replace(step, request, 'late', error);
      }
    });
    return { input, done };
  }

  #replace(step: Step, request: Base, what: 'failed' | 'late', error: unknown): unknown {
    step.counts[what]++;
    this.#onTrouble(step.plugin.name, what, error);
    if (step.enhancer.required === true) throw error;
    return step.enhancer.fallback(request);
  }
}

/** A value on its way into the context. */
interface LateValue {
  readonly input: LazyEnhanceInput;
  readonly done: Promise<void>;
}

const nothing: Readonly<Record<string, unknown>> = Object.freeze({});

function pick(context: AnyContext, needs: PlannedEnhancer['needs']): Readonly<Record<string, unknown>> {
  const values: Record<string, unknown> = {};
  for (const [alias, key] of needs) values[alias] = context[key];
  return values;
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
