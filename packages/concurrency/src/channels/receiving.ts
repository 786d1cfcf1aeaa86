import { AbortWatch } from '../waiting/abort-watch.ts';
import { joinReceivers, type ReadableChannel, type Received } from './ports.ts';

/** Joins the line of a channel that has no value at this instant; the signal must not have aborted yet. */
export function waitToReceive<T>(
  channel: ReadableChannel<T>,
  signal: AbortSignal | undefined,
): Promise<Received<T>> {
  return new Promise((resolve, reject) => {
    if (signal === undefined) {
      channel[joinReceivers](resolve);
      return;
    }
    const leave = channel[joinReceivers]((result) => {
      watch.end();
      resolve(result);
    });
    const watch = new AbortWatch(signal, {
      abort(reason) {
        leave();
        reject(reason);
        return undefined;
      },
    });
  });
}

/**
 * Iterates over a channel that has one reader: leaving the loop early cancels it. `next` is the channel's own, made
 * by its class, so that a hot loop does not call through code that other kinds of channels share.
 */
export function soleReader<T>(
  channel: ReadableChannel<T>,
  next: () => Promise<Received<T>>,
): AsyncIterator<T, undefined> {
  return {
    next,
    return() {
      channel.cancel();
      return Promise.resolve({ done: true, value: undefined });
    },
  };
}
