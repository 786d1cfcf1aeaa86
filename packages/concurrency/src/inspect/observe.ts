/**
 * The method by which a watcher attaches to a primitive, and leaves again with `undefined`. Each primitive keeps
 * one observer in a field and asks it after the fact, so an unwatched one pays a comparison with `undefined`. Only
 * code in this folder calls it; it shares one primitive among several watchers.
 */
export const observe: unique symbol = Symbol('observe');

/**
 * Told by a channel what has happened, synchronously, inside the call that made it happen. Calls no primitive back
 * and never throws.
 */
export interface ChannelObserver {
  /** A value was accepted, into the buffer or straight into a receiver's hands. */
  sent(): void;
  /** A value reached a receiver. */
  received(): void;
  /** The overflow strategy threw a value away, an accepted or a new one. */
  dropped(): void;
  /**
   * Somebody joined a line. `waiter` is any object that stays theirs until they leave, such as the `Waiter`; each
   * case of a `select` has its own.
   */
  blocked(waiter: object, side: ChannelSide): void;
  /** They left the line: served, aborted or refused. */
  unblocked(waiter: object): void;
}

export type ChannelSide = 'receive' | 'send';

/** What inspection reads from a channel at the moment it is asked, and how it attaches. */
export interface ObservableChannel {
  readonly capacity: number;
  /** Values held. */
  readonly size: number;
  readonly isClosed: boolean;
  readonly waitingSenders: number;
  readonly waitingReceivers: number;
  /** Values thrown away by the overflow strategy since the channel was made. */
  readonly dropped: number;
  [observe](observer: ChannelObserver | undefined): void;
}

/**
 * What a permit takes: `exclusive` wants nobody else, `shared` wants no exclusive holder, `units` wants `weight` of
 * the capacity, `upgrade` turns its asker's own shared permit into an exclusive one.
 */
export type LockMode = 'exclusive' | 'shared' | 'units' | 'upgrade';

/**
 * Told by a lock who holds it and who waits, synchronously, inside the call that made it so (the asker's own call
 * for `acquired` and `blocked`). Calls no primitive back and never throws.
 */
export interface LockObserver {
  /**
   * A permit was given without waiting, or a permit changed its mode (a downgrade, an upgrade at once). `permit` is
   * any object that stays the same until it is released, such as the release function, or the lock itself where it
   * has one holder at most.
   */
  acquired(permit: object, weight: number, mode: LockMode): void;
  /** A permit was given back. Before the next in line is served. */
  released(permit: object): void;
  /** Somebody joined the line; `waiter` is any object that stays theirs until they leave. */
  blocked(waiter: object, weight: number, mode: LockMode): void;
  /** They left the line: with the permit they were handed, or without one (aborted, refused). */
  unblocked(waiter: object, permit?: object): void;
}

/** A mutex, a semaphore or a read-write lock. */
export interface ObservableLock {
  /** Units in all, of a lock whose permits are of mode `units`. */
  readonly capacity?: number;
  [observe](observer: LockObserver | undefined): void;
}

/** Told by a pool when work begins and ends, synchronously. Calls no primitive back and never throws. */
export interface WorkObserver {
  /** What it returns is handed back when the same work ends. */
  began(): number;
  ended(mark: number, hasFailed: boolean): void;
}

/** Something that does pieces of work. */
export interface ObservablePool {
  [observe](observer: WorkObserver | undefined): void;
}
