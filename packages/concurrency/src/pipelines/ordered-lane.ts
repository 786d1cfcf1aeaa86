import type { Channel } from '../channels/channel.ts';
import { type ItemWork, nothing, type Nothing } from './item-work.ts';
import type { Outlet } from './outlet.ts';

/** The place of one item in the order. */
interface Turn<Out> {
  result: Out | Nothing | undefined;
  isSettled: boolean;
  next: Turn<Out> | undefined;
}

/**
 * Works on several items at once and passes the results on in the order of the items. At most `workers` items are
 * in work; with those that are done and wait for one before them there are at most twice as many.
 */
export class OrderedLane<In, Out> {
  readonly #input: Channel<In>;
  readonly #work: ItemWork<In, Out>;
  readonly #outlet: Outlet<Out>;
  readonly #workers: number;
  #busy = 0;
  /** Items taken whose results have not passed yet, the oldest first. */
  #first: Turn<Out> | undefined = undefined;
  #last: Turn<Out> | undefined = undefined;
  #turns = 0;
  #isPassing = false;
  /** The fault that ends the lane. */
  #fault: { readonly error: unknown } | undefined = undefined;
  #onChange: (() => void) | undefined = undefined;

  constructor(input: Channel<In>, work: ItemWork<In, Out>, outlet: Outlet<Out>, workers: number) {
    this.#input = input;
    this.#work = work;
    this.#outlet = outlet;
    this.#workers = workers;
  }

  /** Resolves when the input has ended and all results have passed. @throws a fault of the stage. */
  async run(): Promise<void> {
    for (;;) {
      while (this.#busy >= this.#workers || this.#turns >= 2 * this.#workers) await this.#change();
      const next = this.#input.tryReceive() ?? (await this.#input.receive());
      if (next.done === true) break;
      this.#start(next.value);
    }
    while (this.#turns > 0) await this.#change();
  }

  /** Resolves when something has changed. One waits at most: the run. */
  #change(): Promise<void> {
    if (this.#fault !== undefined) return Promise.reject(this.#fault.error);
    return new Promise((resolve) => {
      this.#onChange = resolve;
    });
  }

  #changed(): void {
    this.#onChange?.();
    this.#onChange = undefined;
  }

  #start(item: In): void {
    const turn: Turn<Out> = { result: undefined, isSettled: false, next: undefined };
    if (this.#last === undefined) this.#first = turn;
    else this.#last.next = turn;
    this.#last = turn;
    this.#turns++;
    const result = this.#work.perform(item);
    if (!(result instanceof Promise)) {
      this.#settle(turn, result);
      return;
    }
    this.#busy++;
    result.then(
      (value) => {
        this.#busy--;
        this.#settle(turn, value);
      },
      (error: unknown) => {
        this.#fault = { error };
        // Ends a wait for the next item.
        this.#input.cancel();
        this.#changed();
      },
    );
  }

  #settle(turn: Turn<Out>, result: Out | Nothing): void {
    turn.result = result;
    turn.isSettled = true;
    if (!this.#isPassing) this.#pass();
    this.#changed();
  }

  /** Passes on what is due, without waiting as long as the outlet takes it. */
  #pass(): void {
    while (this.#first?.isSettled === true) {
      // Settled, so this is the result.
      const result = this.#first.result as Out | Nothing;
      if (result !== nothing && !this.#outlet.tryPut(result)) {
        this.#isPassing = true;
        void this.#passSlowly(this.#first, result);
        return;
      }
      this.#leave(this.#first);
    }
  }

  async #passSlowly(turn: Turn<Out>, result: Out): Promise<void> {
    await this.#outlet.put(result);
    this.#isPassing = false;
    this.#leave(turn);
    this.#pass();
    this.#changed();
  }

  #leave(turn: Turn<Out>): void {
    this.#first = turn.next;
    if (turn.next === undefined) this.#last = undefined;
    this.#turns--;
  }
}
