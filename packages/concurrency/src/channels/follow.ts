import { joinReceivers, type ReadableChannel, type Received } from './ports.ts';

/**
 * Takes every value of a channel as soon as it is there, within the call that sends it, until the channel ends; who
 * wants no more cancels the channel.
 */
export function follow<T>(channel: ReadableChannel<T>, onValue: (value: T) => void, onEnd: () => void): void {
  const takeAll = (first: Received<T> | undefined): void => {
    for (let next = first; next !== undefined; next = channel.tryReceive()) {
      if (next.done === true) {
        onEnd();
        return;
      }
      onValue(next.value);
    }
    channel[joinReceivers](takeAll);
  };
  takeAll(channel.tryReceive());
}
