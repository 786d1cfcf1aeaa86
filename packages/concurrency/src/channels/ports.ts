/** A received value, or `done` when no more will come. */
export type Received<T> = IteratorResult<T, undefined>;

/** Takes somebody out of a line, at once. Idempotent, and harmless after they were served. */
export type LeaveLine = () => void;

/** Joins the line of receivers without a promise: how `select` and `merge` wait at several channels. */
export const joinReceivers: unique symbol = Symbol('joinReceivers');

/** Joins the line of senders without a promise: how `select` waits at several channels. */
export const joinSenders: unique symbol = Symbol('joinSenders');

/**
 * The end of a channel that values come out of, each for exactly one receiver. As an async iterable it ends when
 * the channel is closed and empty; whether leaving a loop early cancels the channel is said by each kind.
 */
export interface ReadableChannel<T> extends AsyncIterable<T, undefined> {
  /** Whether it accepts no more values; what it holds can still be received. */
  readonly isClosed: boolean;
  /**
   * The next value, waiting for one if need be. An aborted receiver leaves the line at once, is rejected with the
   * signal's reason and takes no value with it. Nothing else rejects it.
   */
  receive(signal?: AbortSignal): Promise<Received<T>>;
  /** The next value if there is one without waiting, `done` when closed and empty, else `undefined`. */
  tryReceive(): Received<T> | undefined;
  /** The reader leaves: closes, drops what is held, refuses those that wait to send, ends those that wait to receive. Idempotent. */
  cancel(): void;
  /** Asks for the next value, just after `tryReceive` had none. `onResult` runs at most once, within the sender's call. */
  [joinReceivers](onResult: (result: Received<T>) => void): LeaveLine;
}

/** The end of a channel that values are put into. */
export interface WritableChannel<T> {
  /** Whether it accepts no more values. */
  readonly isClosed: boolean;
  /**
   * Resolves when the value is accepted, waiting if need be. An aborted sender leaves the line at once, is rejected
   * with the signal's reason and its value is never received.
   *
   * @throws ChannelClosedError `channel_closed`, also for those that wait when it closes (as a rejection).
   */
  send(value: T, signal?: AbortSignal): Promise<void>;
  /** Whether the value was taken without waiting. */
  trySend(value: T): boolean;
  /** Accepts no more values; what is held can still be received, those that wait to send are refused. Idempotent. */
  close(): void;
  /** Offers a value, just after `trySend` refused it. One of the two runs, at most once, within the call that decides. */
  [joinSenders](value: T, onAccepted: () => void, onRefused: (reason: unknown) => void): LeaveLine;
}
