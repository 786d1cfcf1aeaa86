import type { Load } from './coalesce-load.ts';
import type { Linked } from './linked-list.ts';

/** What a coalescing cache knows of a key: something stored, a running load, or both while it is loaded again. */
export class Entry<K, V> implements Linked<Entry<K, V>> {
  readonly key: K;
  next: Entry<K, V> | undefined = undefined;
  previous: Entry<K, V> | undefined = undefined;
  /** Running. It is taken away when the entry leaves the cache, so that its value is not stored. */
  load: Load<V> | undefined = undefined;
  isStored = false;
  /** Settled; `undefined` when what is stored is a failure. */
  value: Promise<V> | undefined = undefined;
  failure: unknown = undefined;
  freshUntilMs = 0;
  staleUntilMs = 0;

  constructor(key: K) {
    this.key = key;
  }
}
