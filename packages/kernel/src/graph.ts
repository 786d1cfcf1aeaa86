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
  return inBatches(plugins, () => true);
}

/**
 * Batches of those plugins that take part: each after the ones that it needs, also by way of plugins that do not.
 *
 * @throws KernelGraphError `plugin_cycle`
 */
export function inBatches(
  plugins: Iterable<AnyPlugin>,
  takesPart: (plugin: AnyPlugin) => boolean,
): readonly (readonly AnyPlugin[])[] {
  const depths = new Map<AnyPlugin, number>();
  const batches: AnyPlugin[][] = [];
  for (const plugin of plugins) {
    const depth = depthOf(plugin, { depths, takesPart }, []);
    if (takesPart(plugin)) (batches[depth] ??= []).push(plugin);
  }
  return batches
    .filter((batch) => batch.length > 0)
    .map((batch) => batch.toSorted((a, b) => (b.priority ?? 0) - (a.priority ?? 0)));
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

/** How many that take part stand below a plugin, one upon the other. */
function depthOf(
  plugin: AnyPlugin,
  plan: { readonly depths: Map<AnyPlugin, number>; readonly takesPart: (plugin: AnyPlugin) => boolean },
  path: readonly AnyPlugin[],
): number {
  const known = plan.depths.get(plugin);
  if (known !== undefined) return known;
  const cycleStart = path.indexOf(plugin);
  if (cycleStart !== -1) {
    const cycle = [...path.slice(cycleStart), plugin].map((step) => step.name).join(' → ');
    throw new KernelGraphError('plugin_cycle', `plugins depend on each other in a circle: ${cycle}`);
  }
  let depth = 0;
  for (const needed of dependenciesOf(plugin)) {
    const own = plan.takesPart(needed) ? 1 : 0;
    depth = Math.max(depth, depthOf(needed, plan, [...path, plugin]) + own);
  }
  plan.depths.set(plugin, depth);
  return depth;
}
