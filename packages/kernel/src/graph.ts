import { KernelGraphError } from './errors.ts';
import type { AnyPlugin } from './plugin.ts';

/**
 * Orders plugins into batches: each plugin comes in the first batch after all of its dependencies; within a
 * batch those of higher priority come first, then the order of the list; the members are independent of each other.
 *
 * @throws KernelGraphError `plugin_duplicate`, `plugin_unknown` or `plugin_cycle` (the message has the path).
 */
export function planBatches(plugins: readonly AnyPlugin[]): readonly (readonly AnyPlugin[])[] {
  refuseDuplicates(plugins);
  refuseUnknown(plugins);
  const depths = new Map<AnyPlugin, number>();
  for (const plugin of plugins) depthOf(plugin, depths, []);
  const batches: AnyPlugin[][] = [];
  for (const plugin of plugins) {
    const depth = depths.get(plugin) ?? 0;
    (batches[depth] ??= []).push(plugin);
  }
  return batches.map((batch) => batch.toSorted((a, b) => (b.priority ?? 0) - (a.priority ?? 0)));
}

/** The plugins that must be open before this one, in the order it names them. */
export function dependenciesOf(plugin: AnyPlugin): readonly AnyPlugin[] {
  return Object.values(plugin.dependsOn ?? {});
}

function refuseDuplicates(plugins: readonly AnyPlugin[]): void {
  const names = new Set<string>();
  for (const { name } of plugins) {
    if (names.has(name)) {
      throw new KernelGraphError('plugin_duplicate', `two plugins are called "${name}"`);
    }
    names.add(name);
  }
}

function refuseUnknown(plugins: readonly AnyPlugin[]): void {
  const listed = new Set(plugins);
  const names = new Set(plugins.map((plugin) => plugin.name));
  for (const plugin of plugins) {
    for (const needed of dependenciesOf(plugin)) {
      if (listed.has(needed)) continue;
      const hint = names.has(needed.name) ? ' (another plugin of that name is)' : '';
      throw new KernelGraphError(
        'plugin_unknown',
        `plugin "${plugin.name}" depends on "${needed.name}", which is not in the list${hint}`,
      );
    }
  }
}

function depthOf(plugin: AnyPlugin, depths: Map<AnyPlugin, number>, path: readonly AnyPlugin[]): number {
  const known = depths.get(plugin);
  if (known !== undefined) return known;
  const cycleStart = path.indexOf(plugin);
  if (cycleStart !== -1) {
    const cycle = [...path.slice(cycleStart), plugin].map((step) => step.name).join(' → ');
    throw new KernelGraphError('plugin_cycle', `plugins depend on each other in a circle: ${cycle}`);
  }
  let depth = 0;
  for (const needed of dependenciesOf(plugin)) {
    depth = Math.max(depth, depthOf(needed, depths, [...path, plugin]) + 1);
  }
  depths.set(plugin, depth);
  return depth;
}
