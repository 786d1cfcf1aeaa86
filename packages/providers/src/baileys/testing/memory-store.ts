import type { SessionStore } from '../../session.ts';

/** A session's store in memory, which can be made to fail. */
export interface MemoryStore extends SessionStore {
  readonly entries: ReadonlyMap<string, Uint8Array>;
  /** Changes of every write so far, in order. */
  readonly writes: readonly (readonly string[])[];
  readonly reads: number;
  /** From now on every write is refused, as for a process that no longer owns the session. */
  lose(): void;
}

export function createMemoryStore(from?: ReadonlyMap<string, Uint8Array>): MemoryStore {
  const entries = new Map(from);
  const writes: string[][] = [];
  let reads = 0;
  let isLost = false;
  return {
    entries,
    writes,
    get reads() {
      return reads;
    },
    lose: () => void (isLost = true),
    read(keys) {
      reads += keys.length;
      const found = new Map<string, Uint8Array>();
      for (const key of keys) {
        const value = entries.get(key);
        if (value !== undefined) found.set(key, value);
      }
      return Promise.resolve(found);
    },
    write(changes) {
      if (isLost) return Promise.reject(new Error('the session has another owner'));
      writes.push([...changes.keys()]);
      for (const [key, value] of changes) {
        if (value === undefined) entries.delete(key);
        else entries.set(key, value);
      }
      return Promise.resolve();
    },
    clear() {
      entries.clear();
      return Promise.resolve();
    },
  };
}
