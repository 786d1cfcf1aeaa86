import type { ServerResponse } from 'node:http';
import { AppError } from '@zaphub/types';
import { ConnectionRecorder } from './connection-recorder.ts';
import { type Connection, type ConnectionRegistry, countByInstance } from './connection-registry.ts';
import { EncodedFrame } from './encoded-frame.ts';
import type { EventHub, Subscription } from './event-hub.ts';
import type { EventLog } from './event-log.ts';
import { type ClosingReason, EventReader, type ReaderHost } from './event-reader.ts';
import { HubCounters } from './hub-metrics.ts';
import { ReaderSweep } from './reader-sweep.ts';
import { retryFrame } from './sse-frame.ts';
import { type ChannelHost, TenantChannel } from './tenant-channel.ts';

/** What the hub tells about itself. */
export interface HubEvents {
  onError?(error: unknown): void;
  onReaderClosed?(tenantId: string, reason: ClosingReason | 'left'): void;
}

export interface EventHubDeps extends HubEvents {
  readonly log: EventLog;
  /** Told who is connected here; nobody when absent. */
  readonly registry?: ConnectionRegistry | undefined;
  /** 0 ≤ x < 1, for the jitter of reconnects. */
  readonly random: () => number;
}

export interface EventHubOptions {
  /** What this process is called in the registry; default `hub`. */
  readonly instance?: string;
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
  /** Default 20,000. */
  readonly maxReaders?: number;
  /** How long readers are told to wait when the server closes is drawn up to this; default 10 000. */
  readonly retrySpreadMs?: number;
  /** Wait before events are read again after the log failed; default 500. */
  readonly rereadMs?: number;
  /**
   * The least time between two writes of events to the same readers. What comes meanwhile goes out together, of
   * events that say a whole state only the newest of each topic. Default 0: each event at once.
   */
  readonly spacingMs?: number;
  /** Which types say a whole state. Default: those that end in `.changed`. */
  readonly isState?: (type: string) => boolean;
}

const usualRetryMs = 2000;
const lingerMs = 5000;

/** Listens once and serves every reader of this process from it. Nothing is written to the log here. */
export async function createEventHub(deps: EventHubDeps, options: EventHubOptions = {}): Promise<EventHub> {
  const channels = new Map<string, TenantChannel>();
  const rereads = new Map<TenantChannel, NodeJS.Timeout>();
  const counters = new HubCounters();
  const connectionOf = (reader: EventReader): Connection => ({
    id: `${options.instance ?? 'hub'}:${reader.serial}`,
    instance: options.instance ?? 'hub',
    tenantId: reader.channel.tenantId,
    userId: reader.userId,
    connectedAt: new Date(reader.connectedAtMs),
  });
  let isClosed = false;
  const fail = (error: unknown): void => deps.onError?.(error);
  const jitteredRetryMs = (spreadMs: number): number => usualRetryMs + deps.random() * spreadMs;

  const sweep = new ReaderSweep(
    {
      heartbeatMs: options.heartbeatMs ?? 20_000,
      recheckMs: options.recheckMs ?? 60_000,
      lingerMs,
      random: deps.random,
    },
    {
      expire: (reader) => reader.end('token_expired', usualRetryMs),
      // The database may be away for a moment: asked again at the next turn.
      recheck: (reader) => void endUnlessAllowed(reader).catch(fail),
      heartbeat: (reader) => reader.channel.heartbeat(reader),
    },
  );
  const recorder =
    deps.registry &&
    new ConnectionRecorder({
      registry: deps.registry,
      open: () => sweep.all().map(connectionOf),
      onError: fail,
    });
  const channelHost: ChannelHost = {
    log: deps.log,
    maxReplay: options.maxReplay ?? 1000,
    spacingMs: options.spacingMs ?? 0,
    isState: options.isState ?? ((type) => type.endsWith('.changed')),
    onHandedOut: (events, coalesced, lagMs) => counters.handedOut(events, coalesced, lagMs),
    onReset: (reason, readers) => counters.reset(reason, readers),
  };
  const readerHost: ReaderHost = {
    maxBufferBytes: options.maxBufferBytes ?? 262_144,
    retryMs: () => jitteredRetryMs(usualRetryMs),
    onWritten: (sizeBytes) => counters.written(sizeBytes),
    onClosed(reader, reason) {
      const { channel } = reader;
      sweep.remove(reader);
      counters.closed(reason);
      recorder?.closed(connectionOf(reader));
      channel.leave(reader);
      channel.admitted -= 1;
      if (channel.admitted === 0) channels.delete(channel.tenantId);
      deps.onReaderClosed?.(channel.tenantId, reason);
    },
    onGone: (reader) => sweep.forget(reader),
  };

  const catchUp = (channel: TenantChannel, how: 'pump' | 'resync'): void => {
    channel[how]().catch((error: unknown) => {
      fail(error);
      if (isClosed || channel.admitted === 0 || rereads.has(channel)) return;
      const reread = (): void => {
        rereads.delete(channel);
        catchUp(channel, 'resync');
      };
      rereads.set(channel, setTimeout(reread, options.rereadMs ?? 500));
    });
  };

  const listener = await deps.log.listen(
    (tenantId) => {
      const channel = channels.get(tenantId);
      if (channel) catchUp(channel, 'pump');
    },
    () => {
      for (const channel of channels.values()) catchUp(channel, 'resync');
    },
  );

  const admit = (subscription: Subscription): void => {
    if (isClosed) throw new AppError('unavailable', 'the event hub is closing');
    const ofTenant = channels.get(subscription.tenantId)?.admitted ?? 0;
    if (ofTenant >= (options.maxReadersPerTenant ?? 200)) {
      throw new AppError('too_many_requests', 'too many event streams of one tenant');
    }
    if (sweep.size >= (options.maxReaders ?? 20_000)) {
      throw new AppError('unavailable', 'too many event streams in this process');
    }
  };

  const open = (subscription: Subscription, res: ServerResponse): EventReader => {
    const { tenantId } = subscription;
    const channel = channels.get(tenantId) ?? new TenantChannel(tenantId, channelHost);
    channels.set(tenantId, channel);
    channel.admitted += 1;
    counters.opened += 1;
    const reader = new EventReader(
      res,
      {
        serial: counters.opened,
        userId: subscription.userId,
        channel,
        topics: subscription.topics,
        expiresAtMs: subscription.expiresAt.getTime(),
        isAllowed: subscription.isAllowed,
      },
      readerHost,
    );
    sweep.add(reader);
    recorder?.opened(connectionOf(reader));
    return reader;
  };

  return {
    async subscribe(subscription, res) {
      admit(subscription);
      res.writeHead(200, {
        'Content-Type': 'text/event-stream; charset=utf-8',
        'Cache-Control': 'no-store, no-transform',
        'X-Accel-Buffering': 'no',
      });
      res.flushHeaders();
      const reader = open(subscription, res);
      reader.send(new EncodedFrame(retryFrame(jitteredRetryMs(usualRetryMs))));
      try {
        await reader.channel.join(reader, subscription.lastEventId);
      } catch (error) {
        fail(error);
        reader.end('error', jitteredRetryMs(usualRetryMs));
      }
    },
    size: () => sweep.size,
    streams: async () =>
      deps.registry === undefined ? countByInstance(sweep.all().map(connectionOf)) : deps.registry.summary(),
    metrics: () => counters.snapshot({ connections: sweep.size, tenants: channels.size }),
    async close() {
      if (isClosed) return;
      isClosed = true;
      for (const timer of rereads.values()) clearTimeout(timer);
      for (const reader of sweep.all()) {
        reader.end('server_closing', jitteredRetryMs(options.retrySpreadMs ?? 10_000));
      }
      await listener.close();
      await recorder?.close();
    },
  };
}

async function endUnlessAllowed(reader: EventReader): Promise<void> {
  if (!(await reader.isAllowed())) reader.end('not_allowed', usualRetryMs);
}
