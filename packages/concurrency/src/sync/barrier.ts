import { WaitQueue } from '../waiting/wait-queue.ts';
import { BarrierBrokenError } from './barrier-broken-error.ts';
import { SyncClosedError } from './sync-closed-error.ts';

/** Settings of a {@link Barrier}. */
export interface BarrierOptions {
  /**
   * Runs when all have arrived, before any of them goes on; told which generation this is, from 0. Actions never
   * overlap. When it fails the barrier breaks, with its error as the cause.
   */
  readonly action?: (generation: number) => Promise<void> | void;
  /**
   * What the abort of one that waits means to the others. `break` (default): it will not come, so nobody waits for
   * it; the barrier breaks. `leave`: somebody else will come in its place.
   */
  readonly whenAborted?: 'break' | 'leave';
}

/**
 * Lets nobody go on until `parties` have arrived, then all of them, in the order they came, and begins anew with the
 * next generation.
 *
 * Broken, as by an abort, it refuses everybody who waits or comes until it is `reset`, so that nobody waits for
 * those who were told to give up. Who has arrived with all the others is not held back by later breaks.
 *
 * @example
 * ```ts
 * import { Barrier } from '@zaphub/concurrency';
 *
 * const rounds = new Barrier(3, { action: (generation) => console.log(`round ${generation} is complete`) });
 * const walk = async () => {
 *   for (let round = 0; round < 2; round++) await rounds.wait(AbortSignal.timeout(5000));
 * };
 * await Promise.all([walk(), walk(), walk()]);
 * ```
 */
export class Barrier implements Disposable {
  readonly parties: number;
  readonly #action: BarrierOptions['action'];
  readonly #breaksOnAbort: boolean;
  #generation = 0;
  /** Those of this generation, and while the action runs any number of later ones. */
  readonly #line = new WaitQueue<number, undefined>((_waiter, reason) => this.#afterAbort(reason));
  /** Those who have all arrived and whose action runs. */
  readonly #completed = new WaitQueue<number, undefined>();
  #isActing = false;
  #isClosed = false;
  /** Why it is broken. */
  #broken: { readonly cause: unknown } | undefined = undefined;

  /** @throws RangeError when `parties` is not a whole number from 1. */
  constructor(parties: number, options: BarrierOptions = {}) {
    if (!Number.isInteger(parties) || parties < 1) {
      throw new RangeError(`parties must be a whole number from 1, not ${parties}`);
    }
    this.parties = parties;
    this.#action = options.action;
    this.#breaksOnAbort = options.whenAborted !== 'leave';
  }

  /** How often everybody was let through. */
  get generation(): number {
    return this.#generation;
  }

  /** Those who have arrived and wait for others. */
  get waiting(): number {
    return this.#line.size;
  }

  get isBroken(): boolean {
    return this.#broken !== undefined;
  }

  /**
   * Arrives, and resolves when all have, with its place in the order of arrival, from 0. An abort ends the wait at
   * once; see {@link BarrierOptions.whenAborted} for the others. While the action runs it is too late for that: all
   * have arrived, and only the wait of the aborted one ends.
   *
   * @throws the signal's reason; BarrierBrokenError `barrier_broken`; SyncClosedError `sync_closed`.
   */
  wait(signal?: AbortSignal): Promise<number> {
    if (this.#isClosed) return Promise.reject(new SyncClosedError('barrier'));
    if (this.#broken !== undefined) return Promise.reject(new BarrierBrokenError(this.#broken.cause));
    const turn = this.#line.wait(undefined, signal);
    if (signal?.aborted === true) this.#afterAbort(signal.reason);
    else if (this.#line.size >= this.parties && !this.#isActing) this.#complete();
    return turn;
  }

  /**
   * Mends a broken barrier. Those who wait at this moment are refused with BarrierBrokenError; a generation whose
   * action runs goes on.
   */
  reset(): void {
    this.#break(undefined);
    this.#broken = undefined;
  }

  /** Refuses everybody who waits or comes, for ever, also those whose action runs. Idempotent. */
  close(): void {
    this.#isClosed = true;
    const closed = new SyncClosedError('barrier');
    this.#line.refuseAll(closed);
    this.#completed.refuseAll(closed);
  }

  /** {@link close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  #complete(): void {
    if (this.#action === undefined) this.#letThrough(this.#line);
    else void this.#act(this.#action);
  }

  /** Runs the action for this generation, and for those that are complete when it ends. */
  async #act(action: (generation: number) => Promise<void> | void): Promise<void> {
    const line = this.#line;
    const completed = this.#completed;
    this.#isActing = true;
    do {
      for (let first = line.first; first !== undefined && completed.size < this.parties; first = line.first) {
        line.remove(first);
        completed.add(first);
      }
      try {
        await action(this.#generation);
        this.#letThrough(completed);
      } catch (error) {
        this.#break(error);
        completed.refuseAll(new BarrierBrokenError(error));
      }
    } while (line.size >= this.parties);
    this.#isActing = false;
  }

  #letThrough(line: WaitQueue<number, undefined>): void {
    this.#generation++;
    let place = 0;
    for (let first = line.first; first !== undefined; first = line.first) first.grant(place++);
  }

  #afterAbort(reason: unknown): void {
    if (this.#breaksOnAbort) this.#break(reason);
  }

  #break(cause: unknown): void {
    this.#broken ??= { cause };
    this.#line.refuseAll(new BarrierBrokenError(cause));
  }
}
