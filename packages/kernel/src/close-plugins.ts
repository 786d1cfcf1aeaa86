import type { Clock } from '@zaphub/concurrency';
import { settleWithin } from './settle-within.ts';
import { type CloseFailure, PluginCloseTimeoutError } from './errors.ts';
import type { AnyPlugin, StartedPlugin } from './plugin.ts';

/** One plugin that is open. */
export interface OpenPlugin {
  readonly plugin: AnyPlugin;
  readonly started: StartedPlugin<unknown>;
}

/**
 * Closes batches last to first, the members of a batch together, and returns what went wrong; never rejects.
 * When the deadline has passed, the rest is still asked to close but no longer waited for, and reported.
 */
export async function closePlugins(
  batches: readonly (readonly OpenPlugin[])[],
  options: {
    readonly clock: Clock;
    readonly deadlineMs: number;
    readonly onClosed: (plugin: string, tookMs: number) => void;
  },
): Promise<readonly CloseFailure[]> {
  const { clock, deadlineMs, onClosed } = options;
  const endsAt = clock.now() + deadlineMs;
  const failures: CloseFailure[] = [];
  for (const batch of batches.toReversed()) {
    const remainingMs = Math.max(0, endsAt - clock.now());
    await Promise.all(
      batch.map(async (open) => {
        const startedAt = clock.now();
        const error = await closeOne(open, remainingMs, clock);
        if (error === undefined) onClosed(open.plugin.name, clock.now() - startedAt);
        else failures.push({ plugin: open.plugin.name, error });
      }),
    );
  }
  return failures;
}

async function closeOne({ plugin, started }: OpenPlugin, budgetMs: number, clock: Clock): Promise<unknown> {
  const remainingMs = Math.min(budgetMs, plugin.closeTimeoutMs ?? budgetMs);
  const closing = Promise.resolve().then(() => started.close?.({ remainingMs }));
  const settled = await settleWithin(closing, remainingMs, clock);
  if (settled.outcome === 'fulfilled') return undefined;
  if (settled.outcome === 'rejected') return settled.reason ?? new Error('rejected without a reason');
  return new PluginCloseTimeoutError(`did not close within ${Math.round(remainingMs)} ms`);
}
