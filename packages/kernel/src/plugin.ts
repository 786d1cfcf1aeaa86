import type { Enhancer } from './request/enhancer.ts';

/** What a plugin's `start` gives back. */
export interface StartedPlugin<Api> {
  /** Handed to every plugin that depends on this one, and to `kernel.api(plugin)`. */
  readonly api: Api;
  /** Releases what `start` opened. Called once, after everything that depends on this plugin has closed. */
  close?(context: CloseContext): Promise<void> | void;
}

/** Given to `start` besides the apis of its dependencies. */
export interface StartContext {
  /** Aborts when the start timed out, another plugin stopped the boot, or the kernel is being closed. */
  readonly signal: AbortSignal;
}

/** Given to `close`. */
export interface CloseContext {
  /** Milliseconds the plugin may still take before it is given up and reported. */
  readonly remainingMs: number;
}

/** The plugins one plugin needs, by the name it wants to know them under. */
export interface PluginRefs {
  readonly [alias: string]: Plugin<unknown>;
}

/** The apis that belong to a plugin's `dependsOn`. */
export type ApisOf<Refs extends PluginRefs> = {
  readonly [Alias in keyof Refs]: Refs[Alias] extends Plugin<infer Api> ? Api : never;
};

/**
 * One resource or service of the process: how it starts, what it needs first, what to do without it, and what it
 * adds to each request. `Value` is what it adds, `Base` what it must know of a request for that.
 */
export interface Plugin<Api, Refs extends PluginRefs = PluginRefs, Value = unknown, Base = unknown> {
  /** Unique in a kernel; every error, report and line of the boot tree uses it. */
  readonly name: string;
  /** Plugins whose api `start` receives under the same key; they are open before and closed after this one. */
  readonly dependsOn?: Refs;
  /** Within a batch, plugins with a higher number are started first; the list's order decides between equals. Default 0. */
  readonly priority?: number | undefined;
  /** Present when the process can live without this plugin: dependents then get the fallback's api. */
  readonly optional?: { fallback(): Api } | undefined;
  /** Milliseconds `start` may take; the kernel's default when absent. */
  readonly startTimeoutMs?: number | undefined;
  /** Milliseconds `close` may take; what is left of the kernel's deadline when absent. */
  readonly closeTimeoutMs?: number | undefined;
  /** Opens the resource. Called at most once. Throwing means nothing was left open. */
  start(apis: ApisOf<Refs>, context: StartContext): Promise<StartedPlugin<Api>> | StartedPlugin<Api>;
  /** What a request gets from this plugin; a context builder runs it after those of `dependsOn`. */
  readonly enhance?: Enhancer<Api, Refs, Value, Base> | undefined;
}

/** A plugin whose types no longer matter, as the kernel keeps it. */
export type AnyPlugin = Plugin<unknown>;

/** No dependency at all: `start` gets an object without keys. */
// oxlint-disable-next-line typescript/no-generated-empty-object-type -- an index signature would allow any key
export type NoRefs = Readonly<Record<never, never>>;

/**
 * Names a plugin and infers its types, so that dependents see its api without a cast. Nothing starts here.
 *
 * @example
 * const database = definePlugin({ name: 'database', start: () => ({ api: openPool() }) });
 * const jobs = definePlugin({ name: 'jobs', dependsOn: { database }, start: ({ database }) => ({ api: createJobs(database) }) });
 */
export function definePlugin<Api, Refs extends PluginRefs = NoRefs, Value = undefined, Base = unknown>(
  plugin: Plugin<Api, Refs, Value, Base>,
): Plugin<Api, Refs, Value, Base> {
  return plugin;
}
