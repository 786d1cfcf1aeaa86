interface Cell<T> {
  readonly value: T;
  next: Cell<T> | undefined;
}

/** First in, first out, both ends in constant time however long it gets (an array's `shift` moves every item). */
export class Fifo<T> {
  #first: Cell<T> | undefined;
  #last: Cell<T> | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  push(value: T): void {
    const cell: Cell<T> = { value, next: undefined };
    if (this.#last === undefined) this.#first = cell;
    else this.#last.next = cell;
    this.#last = cell;
    this.#size++;
  }

  /** Takes the oldest item out, wrapped since it may be `undefined` itself; `undefined` when there is none. */
  shift(): { readonly value: T } | undefined {
    const cell = this.#first;
    if (cell === undefined) return undefined;
    this.#first = cell.next;
    if (cell.next === undefined) this.#last = undefined;
    this.#size--;
    return cell;
  }
}
