import { setTimeout as wait } from 'node:timers/promises';

/** Keeps what came until a listener has taken it over for good, in order, and repeats what it did not take. */
export interface HandOver<T> {
  /** `onTaken` runs when a listener has it for good. Answers false, and keeps nothing, when it is full. */
  push(item: T, onTaken?: () => void): boolean;
  /** One listener at a time. Answers the function that stops it and waits for what it is doing. */
  listen(take: Listener<T>): () => Promise<void>;
  /** Stops for good; what nobody has taken is forgotten. Idempotent. */
  close(): Promise<void>;
}

type Listener<T> = (items: readonly T[]) => Promise<void>;

export interface HandOverOptions {
  /** Items kept at most. */
  readonly capacity: number;
  /** Items given at once, at most. */
  readonly batch: number;
  /** How long after a failure the same items are offered again. */
  readonly retryMs: number;
}

export function createHandOver<T>({ capacity, batch, retryMs }: HandOverOptions): HandOver<T> {
  const kept: { readonly item: T; readonly onTaken?: (() => void) | undefined }[] = [];
  let take: Listener<T> | undefined;
  let stopping = new AbortController();
  let run: Promise<void> | undefined;
  let isClosed = false;

  const work = async (listener: Listener<T>, signal: AbortSignal): Promise<void> => {
    while (kept.length > 0 && !signal.aborted) {
      const given = kept.slice(0, batch);
      try {
        await listener(given.map(({ item }) => item));
        kept.splice(0, given.length);
        for (const { onTaken } of given) onTaken?.();
      } catch {
        // The listener cannot take them yet; an abort ends the wait, and the loop with it.
        await wait(retryMs, undefined, { signal }).catch(() => undefined);
      }
    }
  };
  const wake = (): void => {
    if (run !== undefined || take === undefined) return;
    run = work(take, stopping.signal).finally(() => {
      run = undefined;
      if (kept.length > 0) wake();
    });
  };
  const stop = async (): Promise<void> => {
    take = undefined;
    stopping.abort();
    await run;
    stopping = new AbortController();
  };

  return {
    push(item, onTaken) {
      if (isClosed || kept.length >= capacity) return false;
      kept.push({ item, onTaken });
      wake();
      return true;
    },
    listen(listener) {
      take = listener;
      wake();
      return async () => {
        if (take === listener) await stop();
      };
    },
    async close() {
      isClosed = true;
      await stop();
      kept.length = 0;
    },
  };
}
