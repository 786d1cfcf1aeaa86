import { observe } from './observe.ts';

/** Something that can be watched by a `Watcher`. */
export interface Watchable<Watcher> {
  [observe](observer: Watcher | undefined): void;
}

/**
 * Attaches a watcher next to those that are there already, and returns how to leave; leaving again does nothing.
 * A single watcher is asked directly; `share` makes one out of several.
 */
export function attach<Watcher extends object>(
  primitive: Watchable<Watcher>,
  watcher: Watcher,
  share: (watchers: readonly Watcher[]) => Watcher,
): () => void {
  // The list under a primitive holds watchers of its own kind, since this is the only place that adds to it.
  const watchers = () => (attached.get(primitive) ?? []) as readonly Watcher[];
  const change = (next: readonly Watcher[]): void => {
    attached.set(primitive, next);
    primitive[observe](next.length > 1 ? share(next) : next[0]);
  };
  change([...watchers(), watcher]);
  return () => {
    const rest = watchers().filter((other) => other !== watcher);
    if (rest.length < watchers().length) change(rest);
  };
}

/** By primitive, for as long as it lives. */
const attached = new WeakMap<object, readonly object[]>();
