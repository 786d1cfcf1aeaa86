import type { Plugin, PluginRefs } from '../plugin.ts';

/** The values that a plugin's dependencies have added to the same request, under the names it knows them by. */
export type ValuesOf<Refs extends PluginRefs> = {
  readonly [Alias in keyof Refs]: ValueOf<Refs[Alias]>;
};

/** What a plugin adds to a request; `undefined` for one without `enhance`. */
export type ValueOf<P> = P extends Plugin<infer _Api, infer _Refs, infer Value> ? Value : never;

/** What `run` is given besides the request. */
export interface EnhanceInput<Api, Refs extends PluginRefs> {
  /** The plugin's own api. */
  readonly api: Api;
  readonly values: ValuesOf<Refs>;
  /** Aborts when the value will not be used any more: it is late, or the request has failed. */
  readonly signal: AbortSignal;
}

/**
 * What a plugin adds to each request. A required one fails the request when it fails or is late (identity, tenant);
 * any other gives its fallback, is counted, and the request goes on.
 */
export type Enhancer<Api, Refs extends PluginRefs, Value, Base> = {
  /** Milliseconds it may take; the builder's `enhancerMs` when absent. */
  readonly timeoutMs?: number | undefined;
  /** Answers at once where it can: a promise costs the request a timer. */
  run(request: Base, input: EnhanceInput<Api, Refs>): PromiseLike<Value> | Value;
} & (
  | { readonly required: true }
  | {
      readonly required?: false;
      /** The value of a request for which `run` failed or was late. Must not throw. */
      fallback(request: Base): Value;
    }
);
