import type { InstanceStreams } from './connection-registry.ts';
import type { ServerResponse } from 'node:http';
import type { HubMetrics } from './hub-metrics.ts';

/** One reader of a tenant's events. */
export interface Subscription {
  /** UUID; nothing of another tenant is ever read for this subscription. */
  readonly tenantId: string;
  /** Who reads, for the connection registry. */
  readonly userId?: string | undefined;
  /** Topics as stored (`campaign:<uuid>`); all of the tenant's when absent. */
  readonly topics?: readonly string[] | undefined;
  /** `epoch.offset` of the last event the reader saw; what came after is replayed, or `reset` is sent. */
  readonly lastEventId?: string | undefined;
  /** The stream ends then, with a `closing` event. */
  readonly expiresAt: Date;
  /** Asked each minute; `false` ends the stream. */
  isAllowed(): Promise<boolean>;
}

/** Serves live events to many readers from one listener. */
export interface EventHub {
  /**
   * Turns a response into an event stream and keeps it until the reader goes, the time is over or the hub closes.
   * @throws AppError `too_many_requests`, `unavailable` before anything was written
   */
  subscribe(subscription: Subscription, res: ServerResponse): Promise<void>;
  /** How many readers are connected. */
  size(): number;
  /**
   * How many streams each process holds, this one and the others that share its registry; this one alone without a
   * registry. A few seconds old.
   */
  streams(): Promise<readonly InstanceStreams[]>;
  /** Counters and what is going on now; costs nothing worth naming. */
  metrics(): HubMetrics;
  /** Ends every stream with a jittered time to come back. */
  close(): Promise<void>;
}
