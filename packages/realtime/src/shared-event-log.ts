import type { EventHead, EventLog, EventPage, NewsListener } from './event-log.ts';
import type { RedisEventLog } from './redis-event-log.ts';

/** The parts of {@link createSharedEventLog}. */
export interface SharedEventLogDeps {
  /** The truth: where events are committed. */
  readonly source: EventLog;
  /** What all processes share: the newest events of each tenant, and the announcements. */
  readonly window: RedisEventLog;
  /** 0 ≤ x < 1. */
  readonly random: () => number;
  /** Hears why the window could not be used; the source was used instead. */
  readonly onError?: (error: unknown) => void;
}

export interface SharedEventLogOptions {
  /** Events brought into a window that was lost; default 1,000. */
  readonly keepEvents?: number;
  /** Each process waits up to so long before it brings news into the window, so that one does it; default 20. */
  readonly spreadMs?: number;
}

const fillBatch = 200;

/**
 * One log for many processes: events are committed in the source and read from a window in Redis, under the same
 * ids. Whoever hears of an event that the window lacks brings it there; the first is enough and any may be killed.
 * Whatever the window cannot answer completely is read from the source, so a Redis that is flushed, killed or away
 * costs the source work and nobody an event.
 */
export function createSharedEventLog(
  deps: SharedEventLogDeps,
  options: SharedEventLogOptions = {},
): EventLog {
  const { source, window, random } = deps;
  const { keepEvents = 1000, spreadMs = 20 } = options;
  const filling = new Map<string, Promise<void>>();
  const fail = (error: unknown): void => deps.onError?.(error);

  const fill = async (tenantId: string, known?: EventHead): Promise<void> => {
    const { epoch, lastOffset } = known ?? (await source.head(tenantId));
    if (epoch === 0) return;
    let at = await window.head(tenantId);
    for (;;) {
      const isOfEpoch = at.epoch === epoch;
      if (isOfEpoch && at.lastOffset >= lastOffset) return;
      const after = isOfEpoch ? at.lastOffset : Math.max(0, lastOffset - keepEvents);
      const page = await source.read(tenantId, after, fillBatch);
      // Began anew, or forgotten, while we looked: who reads will see it in the source.
      const first = page.events[0]?.offset;
      if (page.epoch !== epoch || first === undefined) return;
      if (isOfEpoch && first !== after + 1) return;
      // When another process has begun the stream meanwhile, further back, its events are as good.
      at = { epoch, lastOffset: await window.append(tenantId, epoch, page.events) };
    }
  };

  /** Calls while one is under way wait for the next, which sees what they are about. */
  const fillInTurn = (tenantId: string, known?: EventHead): Promise<void> => {
    const previous = filling.get(tenantId) ?? Promise.resolve();
    const next = previous.catch(() => undefined).then(() => fill(tenantId, known));
    filling.set(tenantId, next);
    const forget = (): void => void (filling.get(tenantId) === next && filling.delete(tenantId));
    next.then(forget, forget);
    return next;
  };

  return {
    async head(tenantId) {
      const head = await source.head(tenantId);
      await fillInTurn(tenantId, head).catch(fail);
      return head;
    },
    async read(tenantId, afterOffset, limit): Promise<EventPage> {
      try {
        const { epoch, lastOffset, events } = await window.page(tenantId, afterOffset, limit);
        const isComplete = lastOffset <= afterOffset || events[0]?.offset === afterOffset + 1;
        if (epoch !== 0 && isComplete) return { epoch, events };
      } catch (error) {
        fail(error);
      }
      return source.read(tenantId, afterOffset, limit);
    },
    async listen(onNews, onGap): Promise<NewsListener> {
      let isLive = true;
      const waiting = new Map<string, NodeJS.Timeout>();
      const announced = await window.listen(
        onNews,
        () => {
          isLive = true;
          onGap();
        },
        () => {
          isLive = false;
          onGap(); // what was announced since the connection broke may have been missed
        },
      );
      const bringIn = (tenantId: string, offset: number): void => {
        waiting.delete(tenantId);
        fillInTurn(tenantId).catch((error: unknown) => {
          fail(error);
          onNews(tenantId, offset);
        });
      };
      const committed = await source.listen((tenantId, offset) => {
        if (!isLive) onNews(tenantId, offset);
        if (!waiting.has(tenantId)) {
          waiting.set(tenantId, setTimeout(bringIn, random() * spreadMs, tenantId, offset));
        }
      }, onGap);
      return {
        async close() {
          for (const timer of waiting.values()) clearTimeout(timer);
          await Promise.all([announced.close(), committed.close()]);
        },
      };
    },
  };
}
