import type { RedisAdapter } from '@zaphub/redis';
import { parseAnnouncement } from './announcement.ts';
import type { EventLog, NewsListener, StoredEvent } from './event-log.ts';
import { parseStreamPage, type StreamPage } from './parse-redis-page.ts';
import { appendScript, publishScript, readScript } from './redis-event-scripts.ts';

/** An event log in Redis Streams: one stream a tenant, whose entries are called `epoch-offset`. */
export interface RedisEventLog extends EventLog {
  /** As `read`, with how far the stream has got; epoch 0 when there is none. */
  page(tenantId: string, afterOffset: number, limit: number): Promise<StreamPage>;
  /**
   * Appends an event that exists nowhere else. A stream that was lost begins again with a later epoch, so that
   * readers are told.
   */
  publish(tenantId: string, topic: string, type: string, payload: unknown): Promise<number>;
  /**
   * Appends events of another log under their own ids and announces them. What is there already is left alone, so
   * any process may do it at any time; nothing is appended if that would leave a gap.
   * @param events in order and without gaps, at least one
   * @returns the newest offset of the stream
   */
  append(tenantId: string, epoch: number, events: readonly StoredEvent[]): Promise<number>;
  /** Forgets a tenant's events up to and including an offset. */
  forget(tenantId: string, throughOffset: number): Promise<void>;
  /** As the port says; `onLost` hears that announcements are being missed until `onGap`. */
  listen(
    onNews: (tenantId: string, offset: number) => void,
    onGap: () => void,
    onLost?: () => void,
  ): Promise<NewsListener>;
}

export interface RedisEventLogOptions {
  /** Before all names; default `zaphub:`. */
  readonly prefix?: string;
  /** About so many of each tenant's newest events are kept; default 1,000. */
  readonly keepEvents?: number;
  /** A tenant that publishes nothing for so long is forgotten; default a day. */
  readonly keepMs?: number;
  /** How long `listen` waits for Redis before it goes on without; default 5,000. */
  readonly liveTimeoutMs?: number;
}

/** Keeps and announces events in Redis. Every call ends, as the adapter promises. @throws RedisError from any of them */
export function createRedisEventLog(redis: RedisAdapter, options: RedisEventLogOptions = {}): RedisEventLog {
  const { prefix = 'zaphub:', keepEvents = 1000, keepMs = 86_400_000, liveTimeoutMs = 5000 } = options;
  const channel = `${prefix}events`;
  const keyOf = (tenantId: string): string => `${prefix}events:{${tenantId}}`;
  const page = async (tenantId: string, afterOffset: number, limit: number): Promise<StreamPage> =>
    parseStreamPage(
      await redis.run(readScript, [keyOf(tenantId)], [afterOffset, limit], { isIdempotent: true }),
    );
  return {
    page,
    async head(tenantId) {
      const { epoch, lastOffset } = await page(tenantId, 0, 0);
      return { epoch, lastOffset };
    },
    async read(tenantId, afterOffset, limit) {
      const { epoch, events } = await page(tenantId, afterOffset, limit);
      return { epoch, events };
    },
    async publish(tenantId, topic, type, payload) {
      const args = [channel, tenantId, keepEvents, keepMs, topic, type, JSON.stringify(payload)];
      return Number(await redis.run(publishScript, [keyOf(tenantId)], args));
    },
    async append(tenantId, epoch, events) {
      const first = events[0]?.offset ?? 0;
      const fields = events.flatMap(({ topic, type, payload }) => [topic, type, JSON.stringify(payload)]);
      const args = [channel, tenantId, keepEvents, keepMs, String(epoch), first, ...fields];
      return Number(await redis.run(appendScript, [keyOf(tenantId)], args, { isIdempotent: true }));
    },
    async forget(tenantId, throughOffset) {
      const { epoch } = await page(tenantId, 0, 0);
      await redis.call('xtrim', [keyOf(tenantId), 'MINID', '=', `${epoch}-${throughOffset + 1}`]);
    },
    async listen(onNews, onGap, onLost) {
      const live = Promise.withResolvers<void>();
      let hasBegun = false;
      const subscription = redis.subscribe(channel, {
        onMessage(payload) {
          const news = parseAnnouncement(payload.toString());
          if (news !== undefined) onNews(news.tenantId, news.offset);
        },
        onLive() {
          if (hasBegun) onGap();
          live.resolve();
        },
        ...(onLost === undefined ? {} : { onLost }),
      });
      const late = setTimeout(() => {
        onLost?.();
        live.resolve();
      }, liveTimeoutMs);
      await live.promise;
      clearTimeout(late);
      hasBegun = true;
      return {
        close: () => {
          subscription.close();
          return Promise.resolve();
        },
      };
    },
  };
}
