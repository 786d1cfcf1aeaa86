import { joinReceivers, type LeaveLine, type ReadableChannel, type Received } from './ports.ts';

/**
 * Takes every value of a channel as soon as it is there, within the call that sends it, until the channel ends or
 * it is told to leave.
 */
export function follow<T>(
  channel: ReadableChannel<T>,
  onValue: (value: T) => void,
  onEnd: () => void,
): LeaveLine {
  let leave: LeaveLine;
  const lineUp = (): void => {
    leave = channel[joinReceivers](takeAll);
  };
  const takeAll = (first: Received<T>): void => {
    for (let next: Received<T> | undefined = first; next !== undefined; next = channel.tryReceive()) {
      if (next.done === true) {
        onEnd();
        return;
      }
      onValue(next.value);
    }
    lineUp();
  };
  const ready = channel.tryReceive();
  if (ready === undefined) lineUp();
  else takeAll(ready);
  return () => leave?.();
}
