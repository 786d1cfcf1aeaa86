import { type Clock, monotonicClock } from '@zaphub/concurrency';
import { type BootRecord, drawBootTree } from './boot-tree.ts';
import { closePlugins, type OpenPlugin } from './close-plugins.ts';
import {
  type CloseFailure,
  KernelBootError,
  KernelCloseError,
  PluginCloseTimeoutError,
  PluginNotReadyError,
  reasonOf,
} from './errors.ts';
import { planBatches } from './graph.ts';
import { openPlugin } from './open-plugin.ts';
import type { AnyPlugin, Plugin } from './plugin.ts';
import { settleWithin } from './settle-within.ts';

/** Something worth a log line while the kernel starts or closes. */
export type KernelEvent =
  | { readonly type: 'ready'; readonly plugin: string; readonly tookMs: number }
  | { readonly type: 'fallback'; readonly plugin: string; readonly tookMs: number; readonly error: unknown }
  | { readonly type: 'failed'; readonly plugin: string; readonly tookMs: number; readonly error: unknown }
  | { readonly type: 'closed'; readonly plugin: string; readonly tookMs: number }
  | { readonly type: 'close_failed'; readonly plugin: string; readonly error: unknown };

/** Settings of a kernel; each has a default. */
export interface KernelOptions {
  /** Milliseconds a plugin may take to start when it does not say otherwise. Default 30 000. */
  readonly startTimeoutMs?: number;
  /** Milliseconds closing may take in all when the call does not say otherwise. Default 30 000. */
  readonly closeDeadlineMs?: number;
  /** Told of each start, fallback, failure and close, as it happens. */
  readonly onEvent?: (event: KernelEvent) => void;
  readonly clock?: Clock;
}

/** A checked set of plugins, started and closed as one. */
export interface Kernel {
  /**
   * Opens every plugin, batch by batch, in parallel where nothing depends on the other. When a required
   * plugin fails, everything that had opened is closed again, in reverse, before this rejects.
   *
   * @throws KernelBootError `plugin_start_failed`, `plugin_start_timeout`, `kernel_closed`, `kernel_already_started`.
   */
  start(): Promise<void>;
  /**
   * The api of a running plugin, or of its fallback.
   *
   * @throws PluginNotReadyError before the plugin is ready, after a close, or when it is not in the list.
   */
  api<Api>(plugin: Plugin<Api>): Api;
  /** The boot so far as text, a line per plugin, with milliseconds. */
  bootTree(): string;
  /** Names of the optional plugins that run on their fallback. */
  degraded(): readonly string[];
  /**
   * Closes everything in reverse order. Safe to call twice, and during a start, which it gives up: every
   * call gets the result of the first.
   *
   * @throws KernelCloseError with each plugin that failed to close or ran out of time.
   */
  close(options?: { readonly deadlineMs?: number }): Promise<void>;
}

/**
 * Checks the graph of plugins and gives back a kernel that has not started yet.
 *
 * @throws KernelGraphError `plugin_duplicate`, `plugin_unknown` or `plugin_cycle`.
 */
export function createKernel(plugins: readonly AnyPlugin[], options: KernelOptions = {}): Kernel {
  return new PluginKernel(plugins, options);
}

class PluginKernel implements Kernel {
  readonly #plugins: readonly AnyPlugin[];
  readonly #batches: readonly (readonly AnyPlugin[])[];
  readonly #clock: Clock;
  readonly #startTimeoutMs: number;
  readonly #closeDeadlineMs: number;
  readonly #onEvent: (event: KernelEvent) => void;
  readonly #boot = new AbortController();
  readonly #records = new Map<AnyPlugin, BootRecord>();
  readonly #apis = new Map<AnyPlugin, unknown>();
  /** What is open, in the batches it opened in; emptied by whoever closes it. */
  #opened: OpenPlugin[][] = [];
  #starting: Promise<void> | undefined;
  #closing: Promise<void> | undefined;
  #bootMs = 0;

  constructor(plugins: readonly AnyPlugin[], options: KernelOptions) {
    this.#plugins = plugins;
    this.#batches = planBatches(plugins);
    this.#clock = options.clock ?? monotonicClock;
    this.#startTimeoutMs = options.startTimeoutMs ?? 30_000;
    this.#closeDeadlineMs = options.closeDeadlineMs ?? 30_000;
    this.#onEvent = options.onEvent ?? (() => undefined);
  }

  async start(): Promise<void> {
    if (this.#closing !== undefined) throw closedError();
    if (this.#starting !== undefined) {
      throw new KernelBootError('kernel_already_started', 'the kernel was already started');
    }
    this.#starting = this.#openAll();
    await this.#starting;
  }

  api<Api>(plugin: Plugin<Api>): Api {
    if (!this.#apis.has(plugin)) throw new PluginNotReadyError(plugin.name);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the map's value was produced by this very plugin's `start` or fallback
    return this.#apis.get(plugin) as Api;
  }

  bootTree(): string {
    return drawBootTree(this.#plugins, this.#records, this.#bootMs);
  }

  degraded(): readonly string[] {
    return this.#plugins.filter((p) => this.#records.get(p)?.state === 'fallback').map((p) => p.name);
  }

  close(options: { readonly deadlineMs?: number } = {}): Promise<void> {
    this.#closing ??= this.#closeAll(options.deadlineMs ?? this.#closeDeadlineMs);
    return this.#closing;
  }

  async #openAll(): Promise<void> {
    const bootedAt = this.#clock.now();
    try {
      for (const batch of this.#batches) {
        const opened: OpenPlugin[] = [];
        this.#opened.push(opened);
        // Settles every plugin, never rejects: a sibling that opens after a failure must be known to unwind it.
        await Promise.all(batch.map((plugin) => this.#openOne(plugin, opened)));
        this.#boot.signal.throwIfAborted();
      }
    } catch (error) {
      const failures = await this.#unwind(this.#closeDeadlineMs);
      if (error instanceof KernelBootError) error.closeFailures = failures;
      throw error;
    } finally {
      this.#bootMs = this.#clock.now() - bootedAt;
    }
  }

  async #openOne(plugin: AnyPlugin, opened: OpenPlugin[]): Promise<void> {
    const startedAt = this.#clock.now();
    this.#records.set(plugin, { state: 'starting', tookMs: 0, readyAtMs: startedAt });
    const apis = Object.fromEntries(
      Object.entries(plugin.dependsOn ?? {}).map(([alias, needed]) => [alias, this.#apis.get(needed)]),
    );
    try {
      const started = await openPlugin(plugin, apis, {
        clock: this.#clock,
        timeoutMs: plugin.startTimeoutMs ?? this.#startTimeoutMs,
        bootSignal: this.#boot.signal,
        onLateCloseFailure: (error) => this.#tell({ type: 'close_failed', plugin: plugin.name, error }),
      });
      opened.push({ plugin, started });
      this.#apis.set(plugin, started.api);
      this.#note(plugin, startedAt, { state: 'ready' });
    } catch (error) {
      this.#replaceOrStop(plugin, startedAt, error);
    }
  }

  #replaceOrStop(plugin: AnyPlugin, startedAt: number, error: unknown): void {
    if (plugin.optional === undefined || this.#boot.signal.aborted) {
      this.#stop(plugin, startedAt, error);
      return;
    }
    try {
      this.#apis.set(plugin, plugin.optional.fallback());
    } catch (cause) {
      const message = `plugin "${plugin.name}" failed, and so did its fallback: ${reasonOf(cause)}`;
      const options = { plugin: plugin.name, cause };
      this.#stop(plugin, startedAt, new KernelBootError('plugin_start_failed', message, options));
      return;
    }
    this.#note(plugin, startedAt, { state: 'fallback', error });
  }

  /** The first plugin to get here decides why the boot ended; later ones failed because it did. */
  #stop(plugin: AnyPlugin, startedAt: number, error: unknown): void {
    this.#note(plugin, startedAt, { state: 'failed', error });
    this.#boot.abort(error);
  }

  #note(
    plugin: AnyPlugin,
    startedAt: number,
    end: { state: 'ready' } | { state: 'fallback' | 'failed'; error: unknown },
  ): void {
    const readyAtMs = this.#clock.now();
    const tookMs = readyAtMs - startedAt;
    if (end.state === 'ready') {
      this.#records.set(plugin, { state: 'ready', tookMs, readyAtMs });
      this.#tell({ type: 'ready', plugin: plugin.name, tookMs });
      return;
    }
    const { state, error } = end;
    this.#records.set(plugin, { state, tookMs, readyAtMs, reason: reasonOf(error) });
    this.#tell({ type: state, plugin: plugin.name, tookMs, error });
  }

  async #unwind(deadlineMs: number): Promise<readonly CloseFailure[]> {
    const opened = this.#opened;
    this.#opened = [];
    this.#apis.clear();
    const failures = await closePlugins(opened, {
      clock: this.#clock,
      deadlineMs,
      onClosed: (plugin, tookMs) => this.#tell({ type: 'closed', plugin, tookMs }),
    });
    for (const failure of failures) this.#tell({ type: 'close_failed', ...failure });
    return failures;
  }

  async #closeAll(deadlineMs: number): Promise<void> {
    const endsAt = this.#clock.now() + deadlineMs;
    this.#boot.abort(closedError());
    if (this.#starting !== undefined) {
      // A boot under way unwinds by itself and reports to the caller of start().
      const settled = await settleWithin(this.#starting, deadlineMs, this.#clock);
      if (settled.outcome === 'late') {
        const error = new PluginCloseTimeoutError(`the boot did not give up within ${deadlineMs} ms`);
        throw new KernelCloseError([{ plugin: 'boot', error }]);
      }
    }
    const failures = await this.#unwind(Math.max(0, endsAt - this.#clock.now()));
    if (failures.length > 0) throw new KernelCloseError(failures);
  }

  #tell(event: KernelEvent): void {
    try {
      this.#onEvent(event);
    } catch {
      // A listener that throws must not decide whether the process starts or closes.
    }
  }
}

function closedError(): KernelBootError {
  return new KernelBootError('kernel_closed', 'the kernel was closed before the boot had finished');
}
