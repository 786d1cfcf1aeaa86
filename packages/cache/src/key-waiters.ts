import type { Clock } from '@zaphub/concurrency';

/** Those who wait until something happens to a key in another instance. */
export class KeyWaiters {
  readonly #clock: Clock;
  readonly #waiting = new Map<string, Set<() => void>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  has(text: string): boolean {
    return this.#waiting.has(text);
  }

  /** Resolves when the key is woken, or after `longestMs`: news may get lost. */
  wait(text: string, longestMs: number): Promise<void> {
    return new Promise((resolve) => {
      const waiters = this.#waiting.get(text) ?? new Set();
      this.#waiting.set(text, waiters);
      const go = (): void => {
        cancel();
        waiters.delete(go);
        if (waiters.size === 0) this.#waiting.delete(text);
        resolve();
      };
      waiters.add(go);
      const cancel = this.#clock.timer(longestMs, go);
    });
  }

  wake(text: string): void {
    const waiters = this.#waiting.get(text);
    if (waiters === undefined) return;
    for (const go of waiters) go();
  }

  wakeAll(): void {
    for (const text of this.#waiting.keys()) this.wake(text);
  }
}
