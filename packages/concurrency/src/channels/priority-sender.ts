import { joinSenders, type LeaveLine, type WritableChannel } from './ports.ts';
import type { PriorityChannel } from './priority-channel.ts';

/** The writing end of a priority channel for one priority. */
export class PrioritySender<T> implements WritableChannel<T> {
  readonly priority: number;
  readonly #channel: PriorityChannel<T>;

  constructor(channel: PriorityChannel<T>, priority: number) {
    this.#channel = channel;
    this.priority = priority;
  }

  get isClosed(): boolean {
    return this.#channel.isClosed;
  }

  send(value: T, signal?: AbortSignal): Promise<void> {
    return this.#channel.send(value, this.priority, signal);
  }

  trySend(value: T): boolean {
    return this.#channel.trySend(value, this.priority);
  }

  /** Closes the channel, for every priority. */
  close(): void {
    this.#channel.close();
  }

  [joinSenders](value: T, onAccepted: () => void, onRefused: (reason: unknown) => void): LeaveLine {
    return this.#channel[joinSenders](value, this.priority, onAccepted, onRefused);
  }
}
