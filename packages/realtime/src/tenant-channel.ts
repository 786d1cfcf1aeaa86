import { coalesceEvents } from './coalesce-events.ts';
import { EncodedFrame } from './encoded-frame.ts';
import { formatEventId, parseEventId } from './event-id.ts';
import type { EventLog, StoredEvent } from './event-log.ts';
import type { EventReader } from './event-reader.ts';
import { eventFrame, heartbeatFrame, idFrame } from './sse-frame.ts';

/** Why a gap cannot be replayed; sent in the `reset` event. */
export type ResetReason = 'unknown_id' | 'other_epoch' | 'ahead_of_log' | 'too_old';

/** What a channel tells the hub. */
export interface ChannelHost {
  readonly log: EventLog;
  /** The most events that are replayed to one reader. */
  readonly maxReplay: number;
  /** The least time between two hand-outs; 0 hands out at once. */
  readonly spacingMs: number;
  /** Whether an event of this type says the whole state, so that the newest is enough. */
  readonly isState: (type: string) => boolean;
  onHandedOut(events: number, coalesced: number, lagMs: number): void;
  onReset(reason: ResetReason, readers: number): void;
}

interface Head {
  epoch: number;
  cursor: number;
}

const readBatch = 500;
/** Hand-outs are coalesced and written in parts of about so many events, however much there is to catch up. */
const handOutBatch = 2000;
const forgetAfterMs = 30_000;

/**
 * The readers of one tenant, and how far its events have been handed to them. Joining and handing out take turns, so
 * no reader misses an event or gets one twice.
 */
export class TenantChannel {
  readonly tenantId: string;
  readonly readers = new Set<EventReader>();
  /** Admitted, whether they have joined or not. */
  admitted = 0;
  readonly #host: ChannelHost;
  #head: Head | undefined;
  /** The newest events without a gap, ending at the cursor: mass reconnects are served from here. */
  #recent: StoredEvent[] = [];
  #recentUsedAt = 0;
  #turn: Promise<unknown> = Promise.resolve();
  #waitingPump: Promise<void> | undefined;
  #heardAt: number | undefined;
  #handedOutAt = Number.NEGATIVE_INFINITY;
  #heartbeat: { at: number; frame: EncodedFrame } | undefined;

  constructor(tenantId: string, host: ChannelHost) {
    this.tenantId = tenantId;
    this.#host = host;
  }

  /** Replays what the reader missed, or sends `reset`; from then on the reader gets everything. */
  join(reader: EventReader, lastEventId: string | undefined): Promise<void> {
    return this.#inTurn(async () => {
      const missed = lastEventId === undefined ? [] : await this.#missedSince(lastEventId);
      const at = this.#head ?? (await this.#openHead());
      if (!reader.isOpen) return;
      const id = formatEventId(at.epoch, at.cursor);
      if (typeof missed === 'string') {
        this.#host.onReset(missed, 1);
        reader.send(resetFrame(id, missed));
      } else {
        const { isState, spacingMs } = this.#host;
        const events = spacingMs > 0 ? coalesceEvents(missed, isState) : missed;
        const texts = events.filter((event) => wants(reader, event)).map((event) => textOf(at.epoch, event));
        reader.send(new EncodedFrame(texts.join('') + idFrame(id)));
      }
      this.readers.add(reader);
    });
  }

  leave(reader: EventReader): void {
    this.readers.delete(reader);
  }

  /** Reads and hands out what is new, when it is time for it; many calls while one is waiting are one. */
  pump(): Promise<void> {
    this.#heardAt ??= performance.now();
    this.#waitingPump ??= this.#handOutWhenDue();
    return this.#waitingPump;
  }

  /** As `pump`, after announcements may have been missed: a log that started anew is a `reset` for everybody. */
  resync(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#head !== undefined) {
        const { epoch, lastOffset } = await this.#host.log.head(this.tenantId);
        const at = this.#head;
        if (isOtherEpoch(at, epoch) || lastOffset < at.cursor) await this.#reset('other_epoch');
      }
      await this.#handOut();
    });
  }

  /** Tells the reader that somebody is there, and the id to go on from even if its own topics were silent. */
  heartbeat(reader: EventReader): void {
    const at = this.#head;
    const cursor = this.readers.has(reader) ? (at?.cursor ?? -1) : -1;
    if (this.#heartbeat?.at !== cursor) {
      const id = at === undefined || cursor < 0 ? undefined : formatEventId(at.epoch, cursor);
      this.#heartbeat = { at: cursor, frame: new EncodedFrame(heartbeatFrame(id)) };
    }
    reader.send(this.#heartbeat.frame);
    if (performance.now() - this.#recentUsedAt > forgetAfterMs) this.#recent = [];
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined); // the caller has the error; the next turn must still come
    return result;
  }

  async #handOutWhenDue(): Promise<void> {
    const restMs = this.#handedOutAt + this.#host.spacingMs - performance.now();
    if (restMs > 0) await new Promise((resolve) => void setTimeout(resolve, restMs).unref());
    await this.#inTurn(async () => {
      this.#waitingPump = undefined;
      const heardAt = this.#heardAt;
      this.#heardAt = undefined;
      await this.#handOut(heardAt);
    });
  }

  async #openHead(): Promise<Head> {
    const { epoch, lastOffset } = await this.#host.log.head(this.tenantId);
    if (this.#head?.epoch !== epoch) {
      this.#head = { epoch, cursor: lastOffset };
      this.#recent = [];
    }
    return this.#head;
  }

  async #handOut(heardAt = performance.now()): Promise<void> {
    const at = this.#head ?? (await this.#openHead());
    let batch: StoredEvent[] = [];
    for (;;) {
      const position = batch.at(-1)?.offset ?? at.cursor;
      const { epoch, events } = await this.#host.log.read(this.tenantId, position, readBatch);
      if (isOtherEpoch(at, epoch)) return this.#reset('other_epoch');
      at.epoch = epoch;
      const first = events[0]?.offset ?? position + 1;
      if (first !== position + 1) return this.#reset('too_old');
      batch = [...batch, ...events];
      const isAll = events.length < readBatch;
      if (isAll || batch.length >= handOutBatch) {
        this.#write(at, batch, heardAt);
        batch = [];
      }
      if (isAll) return;
    }
  }

  #write(at: Head, batch: readonly StoredEvent[], heardAt: number): void {
    const last = batch.at(-1);
    if (last === undefined) return;
    const { isState, spacingMs, maxReplay } = this.#host;
    const events = spacingMs > 0 ? coalesceEvents(batch, isState) : batch;
    const texts = events.map((event) => textOf(at.epoch, event));
    // One buffer for everybody who wants everything; single ones, corked, for who wants some topics.
    const all = new EncodedFrame(texts.join(''));
    const single: (EncodedFrame | undefined)[] = [];
    const frameAt = (i: number): EncodedFrame => (single[i] ??= new EncodedFrame(texts[i] ?? ''));
    for (const reader of this.readers) {
      if (reader.topics === undefined) {
        reader.send(all);
        continue;
      }
      const wanted = events.flatMap((event, i) => (wants(reader, event) ? [frameAt(i)] : []));
      if (wanted.length > 0) reader.sendAll(wanted);
    }
    at.cursor = last.offset;
    this.#recent = [...this.#recent, ...batch].slice(-maxReplay);
    this.#recentUsedAt = performance.now();
    this.#handedOutAt = performance.now();
    this.#host.onHandedOut(events.length, batch.length - events.length, this.#handedOutAt - heardAt);
  }

  async #reset(reason: ResetReason): Promise<void> {
    const { epoch, lastOffset } = await this.#host.log.head(this.tenantId);
    this.#head = { epoch, cursor: lastOffset };
    this.#recent = [];
    this.#heartbeat = undefined;
    this.#host.onReset(reason, this.readers.size);
    const frame = resetFrame(formatEventId(epoch, lastOffset), reason);
    for (const reader of this.readers) reader.send(frame);
  }

  /** What came after the id up to the cursor, or why that cannot be told. */
  async #missedSince(lastEventId: string): Promise<readonly StoredEvent[] | ResetReason> {
    const id = parseEventId(lastEventId);
    if (id === undefined) return 'unknown_id';
    let at = this.#head ?? (await this.#openHead());
    if (id.epoch !== at.epoch) at = await this.#openHead();
    if (id.epoch !== at.epoch) return 'other_epoch';
    if (id.offset > at.cursor) {
      await this.#handOut(); // another process was quicker than this one
      at = this.#head ?? at;
      if (id.epoch !== at.epoch) return 'other_epoch';
    }
    if (id.offset > at.cursor) return 'ahead_of_log';
    const count = at.cursor - id.offset;
    if (count === 0) return [];
    const { log, maxReplay } = this.#host;
    if (count > maxReplay) return 'too_old';
    this.#recentUsedAt = performance.now();
    const kept = this.#recent.slice(-count);
    if (kept.length === count) return kept;
    const page = await log.read(this.tenantId, id.offset, count);
    if (page.epoch !== id.epoch) return 'other_epoch';
    if (page.events.length !== count || page.events[0]?.offset !== id.offset + 1) return 'too_old';
    this.#recent = [...page.events];
    return page.events;
  }
}

/** A log without an epoch has never had an event: its first epoch is no break. */
function isOtherEpoch(at: Head, epoch: number): boolean {
  return epoch !== at.epoch && !(at.epoch === 0 && at.cursor === 0);
}

function wants(reader: EventReader, event: StoredEvent): boolean {
  return reader.topics === undefined || reader.topics.has(event.topic);
}

function textOf(epoch: number, event: StoredEvent): string {
  return eventFrame({ id: formatEventId(epoch, event.offset), type: event.type, data: event.payload });
}

function resetFrame(id: string, reason: ResetReason): EncodedFrame {
  return new EncodedFrame(eventFrame({ id, type: 'reset', data: { reason } }));
}
