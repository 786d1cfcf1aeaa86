/** What a {@link PriorityHeap} orders: highest rank first, lowest order among equals. */
export interface Ranked {
  readonly rank: number;
  /** Distinct among all that share a heap. */
  readonly order: number;
  /** Where it is in its heap; kept by the heap. */
  place: number;
}

/** Whether `a` comes out before `b`. */
export function precedes(a: Ranked, b: Ranked): boolean {
  return a.rank === b.rank ? a.order < b.order : a.rank > b.rank;
}

/** A binary heap: the first in constant time, adding and removing any entry in logarithmic time. */
export class PriorityHeap<E extends Ranked> {
  /** Each entry precedes those at 2i + 1 and 2i + 2. */
  readonly #entries: E[] = [];

  get size(): number {
    return this.#entries.length;
  }

  get first(): E | undefined {
    return this.#entries[0];
  }

  push(entry: E): void {
    this.#entries.push(entry);
    this.#rise(entry, this.#entries.length - 1);
  }

  /** Takes an entry of this heap out. */
  remove(entry: E): void {
    const last = this.#entries.pop();
    if (last === undefined || last === entry) return;
    // The last fills the gap, then finds its place from there.
    this.#rise(last, entry.place);
    this.#sink(last);
  }

  clear(): void {
    this.#entries.length = 0;
  }

  #rise(entry: E, from: number): void {
    const entries = this.#entries;
    let place = from;
    while (place > 0) {
      const parentPlace = (place - 1) >> 1;
      // A place below the heap's length holds an entry; here and in `#sink`.
      const parent = entries[parentPlace] as E;
      if (!precedes(entry, parent)) break;
      entries[place] = parent;
      parent.place = place;
      place = parentPlace;
    }
    entries[place] = entry;
    entry.place = place;
  }

  #sink(entry: E): void {
    const entries = this.#entries;
    let { place } = entry;
    for (;;) {
      let childPlace = 2 * place + 1;
      if (childPlace >= entries.length) break;
      let child = entries[childPlace] as E;
      const sibling = entries[childPlace + 1];
      if (sibling !== undefined && precedes(sibling, child)) {
        child = sibling;
        childPlace++;
      }
      if (!precedes(child, entry)) break;
      entries[place] = child;
      child.place = place;
      place = childPlace;
    }
    entries[place] = entry;
    entry.place = place;
  }
}
