import { type CancelTimer, type Clock, monotonicClock } from '../time/clock.ts';
import { attach } from './attach.ts';
import { type ChannelParties, ChannelWatch } from './channel-watch.ts';
import { type Deadlock, describeDeadlock, traceCycle, youngest } from './deadlock.ts';
import { findStuck } from './find-stuck.ts';
import { LockWatch, type WaitLog } from './lock-watch.ts';
import type { ObservableChannel, ObservableLock } from './observe.ts';
import { shareChannel, shareLock } from './shared-observers.ts';
import type { Wait } from './wait.ts';
import { WatchedTask } from './watched-task.ts';

export interface DeadlockDetectorOptions {
  /** Called once for each deadlock, when it has stood for `timeoutMs`. What it throws is thrown by `check`. */
  readonly onDeadlock: (deadlock: Deadlock) => void;
  /** Time from the event that may have closed a cycle to the check for one. Default 1000. */
  readonly checkIntervalMs?: number;
  /** How long a deadlock must stand until it is told, for tasks that give up by themselves. Default 0. */
  readonly timeoutMs?: number;
  /** Default the machine's monotonic clock. */
  readonly clock?: Clock;
}

/**
 * Tells when tasks wait for one another and none can ever go on: which task waits for what, and who is in its way.
 * Tells each deadlock once. It stays silent while anybody unknown may still help: a channel with an undeclared end
 * may be used by anybody, a permit taken outside a task may be released, an idle task may act. It breaks no deadlock;
 * abort a wait for that.
 *
 * Nothing runs while nothing happens: a check is due `checkIntervalMs` after a task began to wait or ended.
 *
 * @example
 * ```ts
 * import { DeadlockDetector, Mutex } from '@zaphub/concurrency';
 *
 * const found = Promise.withResolvers<string>();
 * await using detector = new DeadlockDetector({
 *   checkIntervalMs: 10,
 *   onDeadlock: ({ text }) => found.resolve(text),
 * });
 * const accounts = new Mutex();
 * const ledger = new Mutex();
 * detector.watchLock('accounts', accounts);
 * detector.watchLock('ledger', ledger);
 *
 * const payer = detector.task('payer');
 * const auditor = detector.task('auditor');
 * await payer.call(() => accounts.acquire());
 * await auditor.call(() => ledger.acquire());
 * void payer.call(() => ledger.acquire());
 * void auditor.call(() => accounts.acquire());
 *
 * console.log(await found.promise);
 * // payer waits for ledger, held by auditor; auditor waits for accounts, held by payer
 * ```
 */
export class DeadlockDetector implements AsyncDisposable {
  readonly #options: DeadlockDetectorOptions;
  readonly #clock: Clock;
  readonly #waits = new Set<Wait>();
  readonly #watches = new Map<LockWatch | ChannelWatch, () => void>();
  readonly #told = new WeakSet<Wait>();
  /** Tasks that may wait for something it no longer sees. */
  readonly #unknown = new WeakSet<WatchedTask>();
  readonly #log: WaitLog;
  #cancelCheck: CancelTimer | undefined = undefined;
  #isClosed = false;

  constructor(options: DeadlockDetectorOptions) {
    this.#options = options;
    this.#clock = options.clock ?? monotonicClock;
    this.#log = {
      current: undefined,
      now: () => this.#clock.now(),
      ended: () => this.#checkLater(),
      began: (wait) => {
        wait.task.waits.add(wait);
        this.#waits.add(wait);
        this.#checkLater();
      },
      lost: (wait) => {
        this.#unknown.add(wait.task);
        this.#log.over(wait);
      },
      over: (wait) => {
        wait.task.waits.delete(wait);
        this.#waits.delete(wait);
        // One way out less for a task that waits for several.
        if (wait.task.waits.size > 0) this.#checkLater();
      },
    };
  }

  /** A line of control to be watched; end it when it is over. */
  task(name: string): WatchedTask {
    return new WatchedTask(name, this.#log);
  }

  /**
   * Watches a mutex, a semaphore or a read-write lock until the returned function is called or the detector closed.
   * Who held or waited before is not known; a task that waits there when the watch ends is judged no more.
   */
  watchLock(name: string, lock: ObservableLock): () => void {
    const watch = new LockWatch(name, lock, this.#log);
    return this.#watch(watch, attach(lock, watch, shareLock));
  }

  /**
   * Watches a channel until the returned function is called or the detector closed. Without `senders` a receiver is
   * never taken to be stuck, without `receivers` a sender is not. Declared parties are all that send or receive, and
   * all that may close it. A task that waits there when the watch ends is judged no more.
   *
   * Watch every channel of a `select`: a case that is not watched is a way out that the detector cannot see.
   */
  watchChannel(name: string, channel: ObservableChannel, parties: ChannelParties = {}): () => void {
    const watch = new ChannelWatch(name, parties, this.#log);
    return this.#watch(watch, attach(channel, watch, shareChannel));
  }

  /** Looks for deadlocks now, tells those that are due and have not been told, and returns them. */
  check(): Deadlock[] {
    const now = this.#clock.now();
    const judgement = findStuck(this.#watches.keys(), this.#unknown);
    const due: Deadlock[] = [];
    for (const wait of this.#waits) {
      if (!judgement.isStuck(wait.task)) continue;
      const cycle = traceCycle(wait.task, judgement);
      if (cycle.every((member) => this.#told.has(member))) continue;
      if (now - youngest(cycle) < (this.#options.timeoutMs ?? 0)) {
        this.#checkLater();
        continue;
      }
      for (const member of cycle) this.#told.add(member);
      due.push(describeDeadlock(cycle, judgement, now));
    }
    for (const deadlock of due) this.#options.onDeadlock(deadlock);
    return due;
  }

  /** Leaves all it watches and checks no more. What is watched goes on as before. Idempotent. */
  close(): void {
    this.#isClosed = true;
    for (const stop of this.#watches.values()) stop();
    this.#cancelCheck?.();
  }

  /** {@link close}. */
  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return Promise.resolve();
  }

  #watch(watch: LockWatch | ChannelWatch, leave: () => void): () => void {
    const stop = (): void => {
      leave();
      watch.clear();
      this.#watches.delete(watch);
    };
    this.#watches.set(watch, stop);
    return stop;
  }

  #checkLater(): void {
    if (this.#isClosed || this.#cancelCheck !== undefined) return;
    this.#cancelCheck = this.#clock.timer(this.#options.checkIntervalMs ?? 1000, () => {
      this.#cancelCheck = undefined;
      this.check();
    });
  }
}
