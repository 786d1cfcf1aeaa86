import type { RedisAdapter, Subscription } from '@zaphub/redis';

/** What the bus reports of other instances. */
export interface BusEvents {
  /** Another instance has changed these. */
  readonly onChanged: (texts: readonly string[]) => void;
  /** Another instance has emptied this class, or all when `undefined`. */
  readonly onCleared: (className: string | undefined) => void;
  /** From now on every change is heard. */
  readonly onLive: () => void;
  /** Changes are being missed. */
  readonly onLost: () => void;
}

interface Batch {
  readonly texts: Set<string>;
  readonly told: PromiseWithResolvers<void>;
}

/** Texts in one message at most. */
const maxTexts = 1000;

/**
 * Tells other instances which keys have changed, over a channel of Redis. What is to be told while a message is on
 * its way goes into the next one, so many writers share few messages. Own messages are not heard.
 */
export class InvalidationBus {
  readonly #redis: RedisAdapter;
  readonly #channel: string;
  readonly #instanceId: string;
  /** What own messages begin with. */
  readonly #own: Buffer;
  readonly #events: BusEvents;
  readonly #subscription: Subscription;
  #next: Batch | undefined;
  #isTelling = false;

  /** `instanceId` has no blanks and differs from every other instance's. */
  constructor(redis: RedisAdapter, prefix: string, instanceId: string, events: BusEvents) {
    this.#redis = redis;
    this.#channel = `${prefix}:changes`;
    this.#instanceId = instanceId;
    this.#own = Buffer.from(`${instanceId} `);
    this.#events = events;
    this.#subscription = redis.subscribe(this.#channel, {
      onMessage: (payload) => {
        // Redis sends our own messages back to us: not worth decoding.
        if (!this.#own.equals(payload.subarray(0, this.#own.length))) this.#hear(payload.toString());
      },
      onLive: events.onLive,
      onLost: events.onLost,
    });
  }

  /** Resolves when Redis has the message. @throws RedisError when it could not be told. */
  tell(text: string): Promise<void> {
    if (this.#next === undefined || this.#next.texts.size >= maxTexts) {
      const previous = this.#next;
      this.#next = { texts: new Set(), told: Promise.withResolvers() };
      // A full one does not wait for its turn.
      if (previous !== undefined) void this.#send(previous);
    }
    const batch = this.#next;
    batch.texts.add(text);
    if (!this.#isTelling) void this.#tellAll();
    return batch.told.promise;
  }

  /** @throws RedisError when it could not be told. */
  async tellCleared(className: string | undefined): Promise<void> {
    await this.#publish(`${this.#instanceId} cleared\n${className ?? ''}`);
  }

  close(): void {
    this.#subscription.close();
  }

  async #tellAll(): Promise<void> {
    this.#isTelling = true;
    // Everybody who speaks in this instant shares the first message.
    await Promise.resolve();
    while (this.#next !== undefined) {
      const batch = this.#next;
      this.#next = undefined;
      await this.#send(batch);
    }
    this.#isTelling = false;
  }

  async #send(batch: Batch): Promise<void> {
    try {
      await this.#publish(`${this.#instanceId} changed\n${[...batch.texts].join('\n')}`);
      batch.told.resolve();
    } catch (error) {
      batch.told.reject(error);
    }
  }

  async #publish(message: string): Promise<void> {
    // Said twice does no harm.
    await this.#redis.call('publish', [this.#channel, message], { isIdempotent: true });
  }

  #hear(message: string): void {
    const [head = '', ...texts] = message.split('\n');
    const kind = head.slice(head.indexOf(' ') + 1);
    if (kind === 'changed') this.#events.onChanged(texts);
    if (kind === 'cleared') this.#events.onCleared(texts[0] === '' ? undefined : texts[0]);
  }
}
