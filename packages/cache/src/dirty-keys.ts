import { type Backoff, type Clock, exponentialBackoff } from '@zaphub/concurrency';

/** How dirty keys are cleaned. */
export interface DirtyKeysOptions {
  /** Removes one value from Redis and tells the others. Rejects when that could not be done. */
  readonly repair: (text: string) => Promise<unknown>;
  /** Removes all values. Rejects when that could not be done. */
  readonly repairAll: () => Promise<unknown>;
  readonly clock: Clock;
  readonly random: () => number;
  /** Keys remembered one by one; with more, everything counts as dirty. Default 10,000. */
  readonly limit?: number;
}

/** Repaired at once. */
const batchSize = 100;

/**
 * Remembers what could not be written or removed while Redis was away: what it holds there is out of date. Such keys
 * are not read until they have been removed, which is tried again and again until it works.
 */
export class DirtyKeys {
  readonly #options: DirtyKeysOptions;
  readonly #backoff: Backoff;
  /** By text, with the number of its last soiling, so that one during the repair is not forgotten. */
  readonly #dirty = new Map<string, number>();
  #isAllDirty = false;
  #soilings = 0;
  #failures = 0;
  #cancelTimer: (() => void) | undefined;
  #isRepairing = false;
  #isClosed = false;

  constructor(options: DirtyKeysOptions) {
    this.#options = options;
    this.#backoff = exponentialBackoff({ firstDelayMs: 100, maxDelayMs: 2000, random: options.random });
  }

  get size(): number {
    return this.#dirty.size;
  }

  /** True while what Redis holds for this key must not be used. */
  has(text: string): boolean {
    return this.#isAllDirty || (this.#dirty.size > 0 && this.#dirty.has(text));
  }

  add(text: string): void {
    this.#soilings++;
    if (this.#dirty.size >= (this.#options.limit ?? 10_000)) this.#isAllDirty = true;
    else if (!this.#isAllDirty) this.#dirty.set(text, this.#soilings);
    this.#repairLater();
  }

  addAll(): void {
    this.#soilings++;
    this.#isAllDirty = true;
    this.#repairLater();
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelTimer?.();
  }

  #repairLater(): void {
    if (this.#isRepairing || this.#isClosed || this.#cancelTimer !== undefined) return;
    this.#cancelTimer = this.#options.clock.timer(this.#backoff(this.#failures + 1), () => {
      this.#cancelTimer = undefined;
      void this.#repair();
    });
  }

  async #repair(): Promise<void> {
    this.#isRepairing = true;
    try {
      await (this.#isAllDirty ? this.#repairAll() : this.#repairSome());
      this.#failures = 0;
    } catch {
      // Redis is still away, which whoever owns its adapter reports.
      this.#failures++;
    }
    this.#isRepairing = false;
    if (this.#isAllDirty || this.#dirty.size > 0) this.#repairLater();
  }

  async #repairAll(): Promise<void> {
    const before = this.#soilings;
    await this.#options.repairAll();
    // Whatever was soiled meanwhile may have escaped: once more.
    if (this.#soilings !== before) return;
    this.#isAllDirty = false;
    this.#dirty.clear();
  }

  async #repairSome(): Promise<void> {
    const batch = [...this.#dirty].slice(0, batchSize);
    await Promise.all(
      batch.map(async ([text, soiling]) => {
        await this.#options.repair(text);
        if (this.#dirty.get(text) === soiling) this.#dirty.delete(text);
      }),
    );
  }
}
