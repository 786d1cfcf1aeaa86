import { accepted } from '../channels/accepted.ts';
import { Delivery } from '../channels/delivery.ts';
import { Subscriber, type Subscription, type SubscriptionOptions } from '../channels/subscription.ts';

/** A message with the topic it came by, for those who subscribe to several. */
export type TopicMessage<Topics extends object, Prefix extends string = string> = {
  [Topic in keyof Topics & `${Prefix}${string}`]: { readonly topic: Topic; readonly message: Topics[Topic] };
}[keyof Topics & `${Prefix}${string}`];

/**
 * Gives each message to everybody who had subscribed to its topic when it was published, in the order of
 * publishing. Each subscription has its own buffer and its own strategy for when that is full, so publishing never
 * waits and nobody stops anybody else. A message of a topic that nobody reads is gone; a topic is remembered only
 * while it is subscribed.
 *
 * Closing ends every subscription once its reader has drained it.
 *
 * @example
 * ```ts
 * import { PubSub } from '@zaphub/concurrency';
 *
 * interface Topics {
 *   'user.created': { name: string };
 *   'user.deleted': { id: number };
 *   log: string;
 * }
 * const events = new PubSub<Topics>();
 * const logs = events.subscribe('log', { capacity: 10, overflow: 'drop-oldest' });
 * const users = events.subscribePrefix('user.', { capacity: 10, overflow: 'disconnect' });
 * events.publish('log', 'started');
 * events.publish('user.created', { name: 'Ana' });
 * events.close();
 * for await (const line of logs) console.log(line); // started
 * for await (const { topic, message } of users) console.log(topic, message); // user.created { name: 'Ana' }
 * ```
 */
export class PubSub<Topics extends object = Record<string, unknown>> implements AsyncDisposable {
  /** By topic; never empty. */
  readonly #exact = new Map<string, Set<Subscriber<unknown>>>();
  /** By the beginning of the topic; never empty. */
  readonly #prefixes = new Map<string, Set<Subscriber<unknown>>>();
  #isClosed = false;

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Topics that somebody is subscribed to by their full name. */
  get topics(): readonly (keyof Topics & string)[] {
    // Only `subscribe` puts names in.
    return [...this.#exact.keys()] as (keyof Topics & string)[];
  }

  /** How many a message of this topic would reach. */
  subscribers(topic: keyof Topics & string): number {
    let count = this.#exact.get(topic)?.size ?? 0;
    for (const [prefix, audience] of this.#prefixes) if (topic.startsWith(prefix)) count += audience.size;
    return count;
  }

  /**
   * Every message of the topic from now on; of a closed one, none.
   *
   * @throws RangeError when the capacity is not a whole number from 0.
   */
  subscribe<Topic extends keyof Topics & string>(
    topic: Topic,
    options: SubscriptionOptions,
  ): Subscription<Topics[Topic]> {
    // `publish` takes no other type for this topic.
    return this.#join(this.#exact, topic, options) as unknown as Subscription<Topics[Topic]>;
  }

  /**
   * Every message whose topic begins so, from now on, together with its topic; `''` for all topics.
   *
   * @throws RangeError when the capacity is not a whole number from 0.
   */
  subscribePrefix<Prefix extends string>(
    prefix: Prefix,
    options: SubscriptionOptions,
  ): Subscription<TopicMessage<Topics, Prefix>> {
    // `publish` puts the two together, each of the type of its topic.
    return this.#join(this.#prefixes, prefix, options) as unknown as Subscription<
      TopicMessage<Topics, Prefix>
    >;
  }

  /** Gives the message to its subscribers; done when it returns. Returns how many there were: 0 when closed. */
  publish<Topic extends keyof Topics & string>(topic: Topic, message: Topics[Topic]): number {
    let count = 0;
    const exact = this.#exact.get(topic);
    if (exact !== undefined) count += deliver(exact, message);
    for (const [prefix, audience] of this.#prefixes) {
      if (topic.startsWith(prefix)) count += deliver(audience, { topic, message });
    }
    return count;
  }

  /** Ends every subscription; their readers can still drain what they hold. Idempotent. */
  close(): void {
    this.#isClosed = true;
    for (const audiences of [this.#exact, this.#prefixes]) {
      for (const audience of audiences.values()) for (const subscriber of audience) subscriber.close();
      audiences.clear();
    }
  }

  /** {@link close}. */
  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return accepted;
  }

  #join(
    audiences: Map<string, Set<Subscriber<unknown>>>,
    name: string,
    options: SubscriptionOptions,
  ): Subscriber<unknown> {
    const audience = audiences.get(name) ?? new Set();
    const subscriber = new Subscriber<unknown>(options, (gone) => {
      audience.delete(gone);
      if (audience.size === 0 && audiences.get(name) === audience) audiences.delete(name);
    });
    if (this.#isClosed) subscriber.close();
    else audiences.set(name, audience.add(subscriber));
    return subscriber;
  }
}

function deliver(audience: ReadonlySet<Subscriber<unknown>>, message: unknown): number {
  const { size } = audience;
  const delivery = new Delivery(message);
  for (const subscriber of audience) subscriber.deliver(delivery);
  return size;
}
