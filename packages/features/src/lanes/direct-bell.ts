/** Says that direct messages have come for one connection; what is rung while nobody listens is not forgotten. */
export class DirectBell {
  #isRung = false;
  #wake: (() => void) | undefined;

  /** Was it rung since somebody last heard it? It counts as heard then. */
  takeRing(): boolean {
    const isRung = this.#isRung;
    this.#isRung = false;
    return isRung;
  }

  ring(): void {
    this.#isRung = true;
    this.#wake?.();
  }

  /** Waits for a ring; true when it came, false when `over` aborted before. For one listener at a time. */
  async heard(over: AbortSignal): Promise<boolean> {
    if (!this.#isRung && !over.aborted) {
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          this.#wake = undefined;
          over.removeEventListener('abort', wake);
          resolve();
        };
        this.#wake = wake;
        over.addEventListener('abort', wake, { once: true });
      });
    }
    return !over.aborted && this.takeRing();
  }
}
