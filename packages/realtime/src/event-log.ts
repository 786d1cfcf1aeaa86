/** One event as it is kept. */
export interface StoredEvent {
  /** 1 for a tenant's first event, without gaps; old ones are removed from the front only. */
  readonly offset: number;
  readonly topic: string;
  readonly type: string;
  readonly payload: unknown;
}

/** Where a tenant's events have got to. A new epoch means that offsets started anew; 0: never had any. */
export interface EventHead {
  readonly epoch: number;
  readonly lastOffset: number;
}

/** A reading of a tenant's events, and the epoch they are of. */
export interface EventPage {
  readonly epoch: number;
  readonly events: readonly StoredEvent[];
}

/** A subscription to news. `close` is idempotent. */
export interface NewsListener {
  close(): Promise<void>;
}

/** Where events are kept and announced: what the hub reads from. */
export interface EventLog {
  head(tenantId: string): Promise<EventHead>;
  /** Events after an offset, in order and without gaps after the first, at most `limit`. */
  read(tenantId: string, afterOffset: number, limit: number): Promise<EventPage>;
  /**
   * Hears that events were committed, from whichever process. `onGap` says that announcements may have been
   * missed: the log itself is complete, so read on from the last offset seen.
   */
  listen(onNews: (tenantId: string, offset: number) => void, onGap: () => void): Promise<NewsListener>;
}
