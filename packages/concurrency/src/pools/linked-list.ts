/** What an item of a {@link LinkedList} carries; the list alone writes it. */
export interface Linked<N> {
  next: N | undefined;
  previous: N | undefined;
}

/** First in, first out; any item leaves in constant time, since it carries its own place. In one list at a time. */
export class LinkedList<N extends Linked<N>> {
  #first: N | undefined = undefined;
  #last: N | undefined = undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The one that came first, still in the list. */
  get first(): N | undefined {
    return this.#first;
  }

  /** The one that came last, still in the list. */
  get last(): N | undefined {
    return this.#last;
  }

  /** Puts an item that is in no list at the end. */
  push(item: N): void {
    const last = this.#last;
    item.previous = last;
    if (last === undefined) this.#first = item;
    else last.next = item;
    this.#last = item;
    this.#size++;
  }

  /** Takes the first out, if there is one. */
  shift(): N | undefined {
    const item = this.#first;
    if (item === undefined) return undefined;
    const next = item.next;
    this.#first = next;
    if (next === undefined) this.#last = undefined;
    else next.previous = undefined;
    item.next = undefined;
    this.#size--;
    return item;
  }

  /** Puts an item of this list behind all others. */
  moveToEnd(item: N): void {
    const { next, previous } = item;
    const last = this.#last;
    if (next === undefined || last === undefined) return;
    if (previous === undefined) this.#first = next;
    else previous.next = next;
    next.previous = previous;
    last.next = item;
    item.previous = last;
    item.next = undefined;
    this.#last = item;
  }

  /** Takes out an item of this list. */
  remove(item: N): void {
    const { next, previous } = item;
    if (previous === undefined) this.#first = next;
    else previous.next = next;
    if (next === undefined) this.#last = previous;
    else next.previous = previous;
    item.next = undefined;
    item.previous = undefined;
    this.#size--;
  }
}
