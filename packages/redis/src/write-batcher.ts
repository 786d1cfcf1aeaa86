import { Redis } from 'ioredis';
import type { DriverClient } from './driver.ts';

/**
 * Lets the commands of one turn of the event loop leave in one write. The driver writes each by itself, and a write
 * to a socket costs more than everything else about a small command.
 */
export class WriteBatcher {
  #held: Redis['stream'] | undefined;
  readonly #release = (): void => {
    const stream = this.#held;
    this.#held = undefined;
    stream?.uncork();
  };

  /** Holds back what this client writes until the current turn has ended. A cluster's many sockets are left alone. */
  hold(client: DriverClient): void {
    if (this.#held !== undefined || !(client instanceof Redis)) return;
    this.#held = client.stream;
    this.#held.cork();
    // After everything that is ready to run now, so after the commands that it sends.
    process.nextTick(this.#release);
  }
}
