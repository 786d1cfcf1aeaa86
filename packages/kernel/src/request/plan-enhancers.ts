import { KernelGraphError } from '../errors.ts';
import { dependenciesOf } from '../graph.ts';
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
  const depths = new Map<AnyPlugin, number>();
  const depthOf = (plugin: AnyPlugin, path: readonly AnyPlugin[]): number => {
    const known = depths.get(plugin);
    if (known !== undefined) return known;
    refuseCycle(plugin, path);
    let depth = plugin.enhance === undefined ? -1 : 0;
    for (const needed of dependenciesOf(plugin)) {
      depth = Math.max(depth, depthOf(needed, [...path, plugin]) + (plugin.enhance === undefined ? 0 : 1));
    }
    depths.set(plugin, depth);
    return depth;
  };
  const batches: PlannedEnhancer[][] = [];
  for (const [plugin, key] of keys) {
    if (plugin.enhance === undefined) continue;
    (batches[depthOf(plugin, [])] ??= []).push({ key, plugin, needs: needsOf(plugin, keys) });
  }
  return batches
    .filter((batch) => batch.length > 0)
    .map((batch) => batch.toSorted((a, b) => (b.plugin.priority ?? 0) - (a.plugin.priority ?? 0)));
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

function refuseCycle(plugin: AnyPlugin, path: readonly AnyPlugin[]): void {
  const cycleStart = path.indexOf(plugin);
  if (cycleStart === -1) return;
  const cycle = [...path.slice(cycleStart), plugin].map((step) => step.name).join(' → ');
  throw new KernelGraphError('plugin_cycle', `plugins depend on each other in a circle: ${cycle}`);
}
