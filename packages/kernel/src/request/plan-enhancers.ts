import { KernelGraphError } from '../errors.ts';
import { inBatches } from '../graph.ts';
import type { AnyPlugin } from '../plugin.ts';

/** One enhancer, and where the values that it needs are found in the context. */
export interface PlannedEnhancer {
  readonly key: string;
  readonly plugin: AnyPlugin;
  /** Alias and key in the context of each dependency that adds something. */
  readonly needs: readonly (readonly [alias: string, key: string])[];
}

/**
 * Orders the enhancers of some plugins into batches, each after what it depends on; within a batch those of higher
 * priority come first. Plugins that add nothing to a request are left out.
 *
 * @throws KernelGraphError `plugin_unknown` when a value is needed that nobody in the record adds; `plugin_cycle`.
 */
export function planEnhancers(
  plugins: Readonly<Record<string, AnyPlugin>>,
): readonly (readonly PlannedEnhancer[])[] {
  const keys = new Map(Object.entries(plugins).map(([key, plugin]) => [plugin, key]));
  return inBatches(keys.keys(), (plugin) => plugin.enhance !== undefined).map((batch) =>
    batch.map((plugin) => ({ key: keys.get(plugin) ?? plugin.name, plugin, needs: needsOf(plugin, keys) })),
  );
}

function needsOf(plugin: AnyPlugin, keys: ReadonlyMap<AnyPlugin, string>): PlannedEnhancer['needs'] {
  return Object.entries(plugin.dependsOn ?? {})
    .filter(([, needed]) => needed.enhance !== undefined)
    .map(([alias, needed]) => {
      const key = keys.get(needed);
      if (key !== undefined) return [alias, key] as const;
      throw new KernelGraphError(
        'plugin_unknown',
        `plugin "${plugin.name}" needs what "${needed.name}" adds to a request, which is not in the list`,
      );
    });
}
