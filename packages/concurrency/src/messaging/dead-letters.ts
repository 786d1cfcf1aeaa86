import { WaitQueue } from '../waiting/wait-queue.ts';
import type { WorkFailures } from './work-item.ts';

/** An item that a work queue gave up, with what is known of why. */
export interface DeadLetter<T> {
  /** The item's number in the queue. */
  readonly id: number;
  readonly item: T;
  /** In its last round: since it was accepted or re-driven. */
  readonly attempts: number;
  /** The very first and the very last error. */
  readonly failures: WorkFailures;
  /** How often it was re-driven and died again. */
  readonly redrives: number;
  /** By the queue's clock. */
  readonly diedAtMs: number;
}

/** Room for dead letters. */
export interface DeadLettersOptions {
  /** Letters it holds; a whole number from 1. Default 1000. */
  readonly capacity?: number;
  /**
   * What happens when it is full. `block`: the worker keeps its item until there is room, so that nothing is lost and
   * an outage of everything stops the queue. `drop-oldest`: the oldest letter is lost and counted. Default `block`.
   */
  readonly whenFull?: 'block' | 'drop-oldest';
}

/** Which letters are meant. */
export type DeadLetterFilter<T> = (letter: DeadLetter<T>) => boolean;

/** The items that a {@link WorkQueue} gave up, oldest first, for somebody to look at, take out or send round again. */
export interface DeadLetters<T> {
  readonly size: number;
  /** Letters lost because it was full. */
  readonly dropped: number;
  /** A copy; nothing leaves. */
  list(): readonly DeadLetter<T>[];
  /** Takes letters out, all by default, and gives them to the caller, whose they are from now on. */
  drain(filter?: DeadLetterFilter<T>): readonly DeadLetter<T>[];
  /**
   * Puts letters, all by default, back at the end of the queue with all their attempts before them, also beyond the
   * queue's capacity: queue and letters together never hold more than both capacities. Returns how many; 0 once the queue is closed.
   */
  redrive(filter?: DeadLetterFilter<T>): number;
}

/** {@link DeadLetters} with the side that the queue sees. */
export class DeadLetterStore<T> implements DeadLetters<T> {
  readonly #letters = new Map<number, DeadLetter<T>>();
  readonly #isDropping: boolean;
  readonly #redrive: (letter: DeadLetter<T>) => void;
  /** Only while it is full. */
  readonly #waiting = new WaitQueue<void, DeadLetter<T>>();
  #capacity: number;
  #dropped = 0;
  #isSealed = false;

  /** @throws RangeError when the capacity is not a whole number from 1. */
  constructor(options: DeadLettersOptions, redrive: (letter: DeadLetter<T>) => void) {
    const { capacity = 1000, whenFull = 'block' } = options;
    if (!Number.isInteger(capacity) || capacity < 1) {
      throw new RangeError(`capacity must be a whole number from 1, not ${capacity}`);
    }
    this.#capacity = capacity;
    this.#isDropping = whenFull === 'drop-oldest';
    this.#redrive = redrive;
  }

  get size(): number {
    return this.#letters.size;
  }

  get dropped(): number {
    return this.#dropped;
  }

  list(): readonly DeadLetter<T>[] {
    return [...this.#letters.values()];
  }

  drain(filter?: DeadLetterFilter<T>): readonly DeadLetter<T>[] {
    const taken = filter === undefined ? this.list() : this.list().filter(filter);
    for (const { id } of taken) this.#letters.delete(id);
    this.#admit();
    return taken;
  }

  redrive(filter?: DeadLetterFilter<T>): number {
    if (this.#isSealed) return 0;
    const taken = this.drain(filter);
    for (const letter of taken) this.#redrive(letter);
    return taken.length;
  }

  /** Resolves when the letter is in. */
  async add(letter: DeadLetter<T>): Promise<void> {
    if (this.#letters.size >= this.#capacity) {
      if (!this.#isDropping) return this.#waiting.wait(letter);
      for (const oldest of this.#letters.keys()) {
        this.#letters.delete(oldest);
        break;
      }
      this.#dropped++;
    }
    this.#letters.set(letter.id, letter);
  }

  /** The queue takes nothing any more: nothing is re-driven, and nobody waits, as what can still come is bounded. */
  seal(): void {
    this.#isSealed = true;
    this.#capacity = Number.POSITIVE_INFINITY;
    this.#admit();
  }

  #admit(): void {
    while (this.#letters.size < this.#capacity && this.#waiting.first !== undefined) {
      const { first } = this.#waiting;
      this.#letters.set(first.ask.id, first.ask);
      first.grant();
    }
  }
}
