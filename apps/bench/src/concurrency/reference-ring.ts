/**
 * What a buffered channel costs at the least: no close, no select, no abort, no overflow strategy, nobody watching,
 * one waiter on either side.
 */
export class ReferenceRing {
  readonly #slots: number[];
  #head = 0;
  #size = 0;
  #receiver: ((value: number) => void) | undefined = undefined;
  #sender: (() => void) | undefined = undefined;

  constructor(capacity: number) {
    this.#slots = Array.from({ length: capacity }, () => 0);
  }

  send(value: number): Promise<void> {
    const receiver = this.#receiver;
    if (receiver !== undefined) {
      this.#receiver = undefined;
      receiver(value);
      return sent;
    }
    if (this.#size < this.#slots.length) {
      this.#slots[(this.#head + this.#size++) % this.#slots.length] = value;
      return sent;
    }
    return new Promise<void>((resolve) => {
      this.#sender = () => {
        this.#slots[(this.#head + this.#size++) % this.#slots.length] = value;
        resolve();
      };
    });
  }

  receive(): Promise<number> {
    if (this.#size === 0) return new Promise<number>((resolve) => (this.#receiver = resolve));
    const value = this.#slots[this.#head] ?? 0;
    this.#head = (this.#head + 1) % this.#slots.length;
    this.#size--;
    const sender = this.#sender;
    this.#sender = undefined;
    sender?.();
    return Promise.resolve(value);
  }
}

const sent = Promise.resolve();
