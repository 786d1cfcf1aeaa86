import { formatEventId, parseEventId } from './event-id.ts';
import type { EventLog, StoredEvent } from './event-log.ts';
import type { EventReader } from './event-reader.ts';
import { eventFrame, idFrame } from './sse-frame.ts';

/** Why a gap cannot be replayed; sent in the `reset` event. */
export type ResetReason = 'unknown_id' | 'other_epoch' | 'ahead_of_log' | 'too_old';

/** The readers of one tenant, and how far its events have been handed to them. */
export interface TenantChannel {
  /** Replays what the reader missed, or sends `reset`; from then on the reader gets everything. */
  join(reader: EventReader, lastEventId: string | undefined): Promise<void>;
  leave(reader: EventReader): void;
  /** Reads and hands out what is new; many calls while one is waiting are one. */
  pump(): Promise<void>;
  /** As `pump`, after announcements may have been missed: a log that started anew is a `reset` for everybody. */
  resync(): Promise<void>;
  readonly size: number;
}

export interface TenantChannelOptions {
  /** The most events that are replayed to one reader. */
  readonly maxReplay: number;
}

interface Head {
  epoch: number;
  cursor: number;
}

const readBatch = 500;

/** Joining and handing out take turns, so no reader misses an event or gets one twice. */
export function createTenantChannel(
  log: EventLog,
  tenantId: string,
  options: TenantChannelOptions,
): TenantChannel {
  const readers = new Set<EventReader>();
  let head: Head | undefined;
  /** The newest events without a gap, ending at the cursor: mass reconnects are served from here. */
  let recent: StoredEvent[] = [];
  let turn: Promise<unknown> = Promise.resolve();
  let waitingPump: Promise<void> | undefined;

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = turn.then(work);
    turn = result.catch(() => undefined); // the caller has the error; the next turn must still come
    return result;
  };

  const remember = (events: readonly StoredEvent[]): void => {
    recent = [...recent, ...events].slice(-options.maxReplay);
  };

  const refreshHead = async (): Promise<{ head: Head; lastOffset: number }> => {
    const { epoch, lastOffset } = await log.head(tenantId);
    if (head?.epoch !== epoch) {
      head = { epoch, cursor: lastOffset };
      recent = [];
    }
    return { head, lastOffset };
  };
  const openHead = async (): Promise<Head> => (await refreshHead()).head;

  const handOut = async (): Promise<void> => {
    const at = head ?? (await openHead());
    for (;;) {
      const events = await log.read(tenantId, at.cursor, readBatch);
      if (events.length === 0) return;
      for (const event of events) {
        const frame = frameOf(at.epoch, event);
        for (const reader of readers) if (wants(reader, event)) reader.send(frame);
        at.cursor = event.offset;
      }
      remember(events);
      if (events.length < readBatch) return;
    }
  };

  /** What came after the id up to the cursor, or why that cannot be told. */
  const missedSince = async (lastEventId: string): Promise<readonly StoredEvent[] | ResetReason> => {
    const id = parseEventId(lastEventId);
    if (id === undefined) return 'unknown_id';
    let at = head ?? (await openHead());
    if (id.epoch !== at.epoch) at = await openHead();
    if (id.epoch !== at.epoch) return 'other_epoch';
    if (id.offset > at.cursor) await handOut(); // another process was quicker than this one
    if (id.offset > at.cursor) return 'ahead_of_log';
    const count = at.cursor - id.offset;
    if (count === 0) return [];
    if (count > options.maxReplay) return 'too_old';
    const kept = recent.slice(-count);
    if (kept.length === count) return kept;
    const events = (await log.read(tenantId, id.offset, count)).filter((event) => event.offset <= at.cursor);
    if (events.length !== count) return 'too_old';
    recent = [...events];
    return events;
  };

  return {
    join: (reader, lastEventId) =>
      inTurn(async () => {
        const missed = lastEventId === undefined ? [] : await missedSince(lastEventId);
        const at = head ?? (await openHead());
        if (!reader.isOpen) return;
        const id = formatEventId(at.epoch, at.cursor);
        if (typeof missed === 'string') {
          reader.send(eventFrame({ id, type: 'reset', data: { reason: missed } }));
        } else {
          for (const event of missed) if (wants(reader, event)) reader.send(frameOf(at.epoch, event));
          reader.send(idFrame(id));
        }
        readers.add(reader);
      }),
    leave(reader) {
      readers.delete(reader);
    },
    pump() {
      waitingPump ??= inTurn(async () => {
        waitingPump = undefined;
        await handOut();
      });
      return waitingPump;
    },
    resync: () =>
      inTurn(async () => {
        const before = head;
        const { lastOffset, head: after } = await refreshHead();
        if (before !== undefined && (before !== after || lastOffset < after.cursor)) {
          after.cursor = lastOffset;
          recent = [];
          const id = formatEventId(after.epoch, after.cursor);
          const frame = eventFrame({ id, type: 'reset', data: { reason: 'other_epoch' } });
          for (const reader of readers) reader.send(frame);
        }
        await handOut();
      }),
    get size() {
      return readers.size;
    },
  };
}

function wants(reader: EventReader, event: StoredEvent): boolean {
  return reader.topics === undefined || reader.topics.has(event.topic);
}

function frameOf(epoch: number, event: StoredEvent): string {
  return eventFrame({ id: formatEventId(epoch, event.offset), type: event.type, data: event.payload });
}
