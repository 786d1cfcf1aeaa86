/** First in, first out in constant time, in one array that doubles as it fills and is then reused for ever. */
export class RingBuffer<T> {
  /** Its length is a power of two, so that `& (length - 1)` wraps an index around. */
  #slots: (T | undefined)[] = [undefined];
  #head = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  push(value: T): void {
    if (this.#size === this.#slots.length) this.#grow();
    this.#slots[(this.#head + this.#size) & (this.#slots.length - 1)] = value;
    this.#size++;
  }

  /** Takes the oldest value out; only to be called while there is one. */
  shift(): T {
    const slots = this.#slots;
    const head = this.#head;
    // Between head and head + size every slot holds a `T`, which may itself be `undefined`.
    const value = slots[head] as T;
    slots[head] = undefined;
    this.#head = (head + 1) & (slots.length - 1);
    this.#size--;
    return value;
  }

  /** Forgets everything held, and the room it took. */
  clear(): void {
    this.#slots = [undefined];
    this.#head = 0;
    this.#size = 0;
  }

  #grow(): void {
    const slots = this.#slots;
    const inOrder = [...slots.slice(this.#head), ...slots.slice(0, this.#head)];
    for (let room = slots.length; room > 0; room--) inOrder.push(undefined);
    this.#slots = inOrder;
    this.#head = 0;
  }
}
