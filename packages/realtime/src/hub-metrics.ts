import type { ClosingReason } from './event-reader.ts';
import type { ResetReason } from './tenant-channel.ts';

/** What a hub has done since it was opened, and what it is doing now. */
export interface HubMetrics {
  /** Readers connected now. */
  readonly connections: number;
  /** Tenants with a reader. */
  readonly tenants: number;
  readonly opened: number;
  /** Streams that ended, by reason; `slow_reader` are the drops. */
  readonly closed: Readonly<Partial<Record<ClosingReason | 'left', number>>>;
  /** Events handed out; each counts once, however many readers it had. */
  readonly events: number;
  /** Events left out because a newer one replaced them. */
  readonly coalesced: number;
  /** Frames and heartbeats written to readers. */
  readonly deliveries: number;
  /** Bytes of frames; what HTTP adds is not counted. */
  readonly bytes: number;
  /** Readers told to read everything again, by reason. */
  readonly resets: Readonly<Partial<Record<ResetReason, number>>>;
  /** Milliseconds from the announcement of events until they were written to everybody, of the newest 500. */
  readonly lagMs: { readonly p50: number; readonly p99: number; readonly max: number };
}

const keptLags = 500;

/** Counts; nothing is kept per reader. */
export class HubCounters {
  opened = 0;
  events = 0;
  coalesced = 0;
  deliveries = 0;
  bytes = 0;
  readonly #closed = new Map<ClosingReason | 'left', number>();
  readonly #resets = new Map<ResetReason, number>();
  readonly #lags: number[] = [];
  #nextLag = 0;

  written(sizeBytes: number): void {
    this.deliveries += 1;
    this.bytes += sizeBytes;
  }

  handedOut(events: number, coalesced: number, lagMs: number): void {
    this.events += events;
    this.coalesced += coalesced;
    this.#lags[this.#nextLag] = lagMs;
    this.#nextLag = (this.#nextLag + 1) % keptLags;
  }

  closed(reason: ClosingReason | 'left'): void {
    this.#closed.set(reason, (this.#closed.get(reason) ?? 0) + 1);
  }

  reset(reason: ResetReason, readers: number): void {
    this.#resets.set(reason, (this.#resets.get(reason) ?? 0) + readers);
  }

  snapshot(now: { connections: number; tenants: number }): HubMetrics {
    const lags = this.#lags.toSorted((a, b) => a - b);
    const at = (share01: number): number => lags[Math.floor((lags.length - 1) * share01)] ?? 0;
    return {
      ...now,
      opened: this.opened,
      closed: Object.fromEntries(this.#closed),
      events: this.events,
      coalesced: this.coalesced,
      deliveries: this.deliveries,
      bytes: this.bytes,
      resets: Object.fromEntries(this.#resets),
      lagMs: { p50: at(0.5), p99: at(0.99), max: at(1) },
    };
  }
}
