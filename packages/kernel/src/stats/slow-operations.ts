/** One operation that took longer than it should. */
export interface SlowOperation {
  readonly name: string;
  readonly durationMs: number;
  /** When it ended. */
  readonly at: Date;
}

/** The latest few, in constant time and memory: the oldest makes room for the newest. */
export class SlowOperations {
  readonly #capacity: number;
  readonly #ring: SlowOperation[] = [];
  /** Where the oldest is, once the ring is full. */
  #oldest = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  add(operation: SlowOperation): void {
    if (this.#ring.length < this.#capacity) {
      this.#ring.push(operation);
      return;
    }
    this.#ring[this.#oldest] = operation;
    this.#oldest = (this.#oldest + 1) % this.#capacity;
  }

  /** Oldest first. */
  list(): SlowOperation[] {
    return [...this.#ring.slice(this.#oldest), ...this.#ring.slice(0, this.#oldest)];
  }

  clear(): void {
    this.#ring.length = 0;
    this.#oldest = 0;
  }
}
