import type { ChannelObserver, ChannelSide, LockMode, LockObserver, WorkObserver } from './observe.ts';

/** Tells each of several watchers of a channel, in the order they came. */
export function shareChannel(watchers: readonly ChannelObserver[]): ChannelObserver {
  return {
    sent() {
      for (const watcher of watchers) watcher.sent();
    },
    received() {
      for (const watcher of watchers) watcher.received();
    },
    dropped() {
      for (const watcher of watchers) watcher.dropped();
    },
    blocked(waiter: object, side: ChannelSide) {
      for (const watcher of watchers) watcher.blocked(waiter, side);
    },
    unblocked(waiter: object) {
      for (const watcher of watchers) watcher.unblocked(waiter);
    },
  };
}

/** Tells each of several watchers of a lock, in the order they came. */
export function shareLock(watchers: readonly LockObserver[]): LockObserver {
  return {
    acquired(permit: object, weight: number, mode: LockMode) {
      for (const watcher of watchers) watcher.acquired(permit, weight, mode);
    },
    released(permit: object) {
      for (const watcher of watchers) watcher.released(permit);
    },
    blocked(waiter: object, weight: number, mode: LockMode) {
      for (const watcher of watchers) watcher.blocked(waiter, weight, mode);
    },
    unblocked(waiter: object, permit?: object) {
      for (const watcher of watchers) watcher.unblocked(waiter, permit);
    },
  };
}

/** Tells each of several watchers of a pool, in the order they came; each gets its own mark back. */
export function shareWork(watchers: readonly WorkObserver[]): WorkObserver {
  const running = new Map<number, (hasFailed: boolean) => void>();
  let last = 0;
  return {
    began() {
      const marks = watchers.map((watcher) => ({ watcher, mark: watcher.began() }));
      running.set(++last, (hasFailed) => {
        for (const { watcher, mark } of marks) watcher.ended(mark, hasFailed);
      });
      return last;
    },
    ended(mark: number, hasFailed: boolean) {
      running.get(mark)?.(hasFailed);
      running.delete(mark);
    },
  };
}
