import { type Linked, LinkedList } from './linked-list.ts';

/** What an item of a {@link PriorityQueue} carries. */
export interface Prioritised<N extends Linked<N>> extends Linked<N> {
  /** A finite number; more is more urgent. */
  readonly priority: number;
  /** Higher than that of every item that came before. */
  readonly sequence: number;
  /** Those it waits among, or `undefined` when it waits nowhere; the queue alone writes it. */
  level: PriorityLevel<N> | undefined;
}

/** The items of one priority, in the order they came. */
export class PriorityLevel<N extends Linked<N>> {
  readonly owner: object;
  readonly priority: number;
  readonly items = new LinkedList<N>();
  /** The next less urgent one. */
  next: PriorityLevel<N> | undefined;

  constructor(owner: object, priority: number, next: PriorityLevel<N> | undefined) {
    this.owner = owner;
    this.priority = priority;
    this.next = next;
  }
}

/** More levels than this and the empty ones are dropped. */
const levelsKept = 32;

/**
 * The most urgent first, first in first out among equals; any item leaves in constant time. Made for few different
 * priorities: putting and taking walk over them.
 *
 * With `ageing`, an item counts as one priority higher for each `ageing` items that came after it, so that it is
 * overtaken by a bounded number of later ones however urgent they are.
 */
export class PriorityQueue<N extends Prioritised<N>> {
  readonly #ageing: number;
  /** The most urgent level. */
  #first: PriorityLevel<N> | undefined = undefined;
  /** Levels before this one are empty. */
  #top: PriorityLevel<N> | undefined = undefined;
  #levels = 0;
  #size = 0;

  /** `Infinity`: no ageing. */
  constructor(ageing: number) {
    this.#ageing = ageing;
  }

  get size(): number {
    return this.#size;
  }

  /** Puts an item that waits nowhere behind those of its priority. */
  put(item: N): void {
    const level = this.#levelOf(item.priority);
    level.items.push(item);
    item.level = level;
    if (this.#top === undefined || level.priority > this.#top.priority) this.#top = level;
    this.#size++;
  }

  /** Takes the next one out, if there is one. */
  take(): N | undefined {
    const level = this.#ageing === Infinity ? this.#mostUrgent() : this.#mostDue();
    const item = level?.items.first;
    if (item !== undefined) this.remove(item);
    return item;
  }

  /** Takes an item out if it waits in this queue; whether it did. */
  remove(item: N): boolean {
    const { level } = item;
    if (level === undefined || level.owner !== this) return false;
    level.items.remove(item);
    item.level = undefined;
    this.#size--;
    if (this.#levels > levelsKept && level.items.size === 0) this.#dropEmptyLevels();
    return true;
  }

  #mostUrgent(): PriorityLevel<N> | undefined {
    let level = this.#top;
    while (level !== undefined && level.items.size === 0) level = level.next;
    this.#top = level;
    return level;
  }

  /**
   * What an item is worth compared to another never changes: both age alike. So the oldest of each level stands for
   * its level, and the one with the smallest number is next.
   */
  #mostDue(): PriorityLevel<N> | undefined {
    let due: PriorityLevel<N> | undefined;
    let least = Infinity;
    for (let level = this.#first; level !== undefined; level = level.next) {
      const oldest = level.items.first;
      if (oldest === undefined) continue;
      const worth = oldest.sequence - level.priority * this.#ageing;
      // A worth beyond all numbers is one too.
      if (due !== undefined && worth >= least) continue;
      least = worth;
      due = level;
    }
    return due;
  }

  #levelOf(priority: number): PriorityLevel<N> {
    let before: PriorityLevel<N> | undefined;
    let level = this.#first;
    while (level !== undefined && level.priority > priority) {
      before = level;
      level = level.next;
    }
    if (level !== undefined && level.priority === priority) return level;
    const added = new PriorityLevel<N>(this, priority, level);
    if (before === undefined) this.#first = added;
    else before.next = added;
    this.#levels++;
    return added;
  }

  #dropEmptyLevels(): void {
    const filled: PriorityLevel<N>[] = [];
    for (let level = this.#first; level !== undefined; level = level.next) {
      if (level.items.size > 0) filled.push(level);
    }
    filled.forEach((level, index) => (level.next = filled[index + 1]));
    this.#levels = filled.length;
    this.#first = filled[0];
    this.#top = filled[0];
  }
}
