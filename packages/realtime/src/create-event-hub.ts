import type { ServerResponse } from 'node:http';
import { AppError } from '@zaphub/types';
import type { EventHub, Subscription } from './event-hub.ts';
import type { EventLog } from './event-log.ts';
import { type ClosingReason, createEventReader, type EventReader } from './event-reader.ts';
import { retryFrame } from './sse-frame.ts';
import { createTenantChannel, type TenantChannel } from './tenant-channel.ts';

/** What the hub tells about itself. */
export interface HubEvents {
  onError?(error: unknown): void;
  onReaderClosed?(tenantId: string, reason: ClosingReason | 'left'): void;
}

export interface EventHubDeps extends HubEvents {
  readonly log: EventLog;
  /** 0 ≤ x < 1, for the jitter of reconnects. */
  readonly random: () => number;
}

export interface EventHubOptions {
  /** Default 20 000. */
  readonly heartbeatMs?: number;
  /** How often each reader's permission is asked again; default 60 000. */
  readonly recheckMs?: number;
  /** Bytes that may wait for one slow reader; default 262 144. */
  readonly maxBufferBytes?: number;
  /** The most events replayed to one reader; default 1,000. Who missed more gets `reset`. */
  readonly maxReplay?: number;
  /** Default 200. */
  readonly maxReadersPerTenant?: number;
  /** Default 5,000. */
  readonly maxReaders?: number;
  /** How long readers are told to wait when the server closes is drawn up to this; default 10 000. */
  readonly retrySpreadMs?: number;
  /** Wait before events are read again after the log failed; default 500. */
  readonly rereadMs?: number;
}

interface Room {
  channel: TenantChannel;
  readers: Set<EventReader>;
}

const usualRetryMs = 2000;
const lingerMs = 5000;

/** Listens once and serves every reader of this process from it. Nothing is written to the log here. */
export async function createEventHub(deps: EventHubDeps, options: EventHubOptions = {}): Promise<EventHub> {
  const rooms = new Map<string, Room>();
  const rereads = new Map<Room, NodeJS.Timeout>();
  let total = 0;
  let isClosed = false;
  const fail = (error: unknown): void => deps.onError?.(error);
  const jitteredRetryMs = (spreadMs: number): number => usualRetryMs + deps.random() * spreadMs;

  const catchUp = (room: Room, how: 'pump' | 'resync'): void => {
    room.channel[how]().catch((error: unknown) => {
      fail(error);
      if (isClosed || room.readers.size === 0 || rereads.has(room)) return;
      const reread = (): void => {
        rereads.delete(room);
        catchUp(room, 'resync');
      };
      rereads.set(room, setTimeout(reread, options.rereadMs ?? 500));
    });
  };

  const listener = await deps.log.listen(
    (tenantId) => {
      const room = rooms.get(tenantId);
      if (room) catchUp(room, 'pump');
    },
    () => {
      for (const room of rooms.values()) catchUp(room, 'resync');
    },
  );

  const heartbeat = setInterval(() => {
    for (const room of rooms.values()) for (const reader of room.readers) reader.heartbeat();
  }, options.heartbeatMs ?? 20_000);

  const roomOf = (tenantId: string): Room => {
    const room = rooms.get(tenantId) ?? {
      channel: createTenantChannel(deps.log, tenantId, { maxReplay: options.maxReplay ?? 1000 }),
      readers: new Set<EventReader>(),
    };
    rooms.set(tenantId, room);
    return room;
  };

  const admit = (subscription: Subscription): void => {
    if (isClosed) throw new AppError('unavailable', 'the event hub is closing');
    const ofTenant = rooms.get(subscription.tenantId)?.readers.size ?? 0;
    if (ofTenant >= (options.maxReadersPerTenant ?? 200)) {
      throw new AppError('too_many_requests', 'too many event streams of one tenant');
    }
    if (total >= (options.maxReaders ?? 5000)) {
      throw new AppError('unavailable', 'too many event streams in this process');
    }
  };

  const open = (subscription: Subscription, res: ServerResponse): { reader: EventReader; room: Room } => {
    const room = roomOf(subscription.tenantId);
    total += 1;
    const reader = createEventReader(res, {
      topics: subscription.topics,
      maxBufferBytes: options.maxBufferBytes ?? 262_144,
      lingerMs,
      retryMs: jitteredRetryMs(usualRetryMs),
      onClose: (reason) => {
        total -= 1;
        clearTimeout(expiry);
        clearInterval(recheck);
        room.channel.leave(reader);
        room.readers.delete(reader);
        if (room.readers.size === 0) rooms.delete(subscription.tenantId);
        deps.onReaderClosed?.(subscription.tenantId, reason);
      },
    });
    room.readers.add(reader);
    const expiry = setTimeout(
      () => reader.end('token_expired', usualRetryMs),
      // A timer holds at most 2^31 - 1 ms; a token that lives longer is judged again at the next connection.
      Math.min(subscription.expiresAt.getTime() - Date.now(), 2 ** 31 - 1),
    );
    const recheck = setInterval(() => {
      // The database may be away for a moment: asked again at the next turn.
      endUnlessAllowed(subscription, reader).catch(fail);
    }, options.recheckMs ?? 60_000);
    return { reader, room };
  };

  return {
    async subscribe(subscription, res) {
      admit(subscription);
      res.writeHead(200, {
        'Content-Type': 'text/event-stream; charset=utf-8',
        'Cache-Control': 'no-store, no-transform',
        'X-Accel-Buffering': 'no',
      });
      res.write(retryFrame(jitteredRetryMs(usualRetryMs)));
      const { reader, room } = open(subscription, res);
      try {
        await room.channel.join(reader, subscription.lastEventId);
      } catch (error) {
        fail(error);
        reader.end('error', jitteredRetryMs(usualRetryMs));
      }
    },
    size: () => total,
    async close() {
      if (isClosed) return;
      isClosed = true;
      clearInterval(heartbeat);
      for (const timer of rereads.values()) clearTimeout(timer);
      for (const room of rooms.values()) {
        for (const reader of room.readers) {
          reader.end('server_closing', jitteredRetryMs(options.retrySpreadMs ?? 10_000));
        }
      }
      await listener.close();
    },
  };
}

async function endUnlessAllowed(subscription: Subscription, reader: EventReader): Promise<void> {
  if (!(await subscription.isAllowed())) reader.end('not_allowed', usualRetryMs);
}
