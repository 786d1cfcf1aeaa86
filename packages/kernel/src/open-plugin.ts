import type { Clock } from '@zaphub/concurrency';
import { settleWithin } from './settle-within.ts';
import { KernelBootError, reasonOf } from './errors.ts';
import type { AnyPlugin, StartedPlugin } from './plugin.ts';

/** What opening one plugin needs from the boot it belongs to. */
export interface OpenOptions {
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** Aborts when the whole boot is given up. */
  readonly bootSignal: AbortSignal;
  /** Told when a plugin that had been given up opened after all and then failed to close. */
  readonly onLateCloseFailure: (error: unknown) => void;
}

/**
 * Starts one plugin within its time. A start that outlives its time is told by its signal, and if it opens
 * after all, it is closed at once: nobody would own it.
 *
 * @throws KernelBootError `plugin_start_failed` or `plugin_start_timeout`, with the plugin's name.
 */
export async function openPlugin(
  plugin: AnyPlugin,
  apis: Readonly<Record<string, unknown>>,
  options: OpenOptions,
): Promise<StartedPlugin<unknown>> {
  const { clock, timeoutMs, bootSignal, onLateCloseFailure } = options;
  const tooLate = new AbortController();
  const signal = AbortSignal.any([bootSignal, tooLate.signal]);
  // Inside a promise from the first instruction, so that a start that throws at once is a failed start too.
  const starting = Promise.resolve().then(() => plugin.start(apis, { signal }));
  const settled = await settleWithin(starting, timeoutMs, clock);
  if (settled.outcome === 'fulfilled') return settled.value;
  if (settled.outcome === 'rejected') {
    throw new KernelBootError(
      'plugin_start_failed',
      `plugin "${plugin.name}" failed to start: ${reasonOf(settled.reason)}`,
      { plugin: plugin.name, cause: settled.reason },
    );
  }
  const error = new KernelBootError(
    'plugin_start_timeout',
    `plugin "${plugin.name}" did not start within ${timeoutMs} ms; what it waits for may be unreachable`,
    { plugin: plugin.name },
  );
  starting
    .then(
      (late) => late.close?.({ remainingMs: timeoutMs }),
      // It never opened: the time-out already told the story.
      () => undefined,
    )
    .catch(onLateCloseFailure);
  tooLate.abort(error);
  throw error;
}
