import type { LatencyBuckets } from '@zaphub/concurrency';
import type { CommandArguments } from './idempotent.ts';
import type { RedisErrorCode } from './redis-error.ts';
import type { RedisScript } from './script.ts';

/** How a command is sent. */
export interface CallOptions {
  /** Whether it may be sent again after a lost answer. Default: judged by the command's name. */
  readonly isIdempotent?: boolean;
  /** Ends the wait at once; a command that has left is still done by Redis. */
  readonly signal?: AbortSignal | undefined;
}

/** How long a blocking command may wait. */
export interface BlockOptions {
  /** What the command itself tells Redis, in milliseconds. */
  readonly waitMs: number;
  /** Ends the wait at once and cuts the connection, so that Redis hands nothing to nobody. */
  readonly signal?: AbortSignal | undefined;
}

/** What a subscriber is told. Messages that are published while the connection is away are lost: see `onLive`. */
export interface SubscriptionEvents {
  readonly onMessage: (payload: Buffer) => void;
  /** Redis has confirmed: everything published from now on arrives. Called again after each interruption. */
  readonly onLive?: () => void;
  /** The connection is gone; messages are being missed until `onLive`. */
  readonly onLost?: () => void;
}

/** One channel listened to. */
export interface Subscription {
  readonly isLive: boolean;
  /** Hears nothing more; calling it again does nothing. */
  close(): void;
}

/**
 * `ready`: all is well. `degraded`: works, but a connection is missing. `connecting`: away for less than the grace
 * time. `down`: away; commands fail at once. `closed`: by us.
 */
export type RedisState = 'connecting' | 'ready' | 'degraded' | 'down' | 'closed';

/** What `/health` says about Redis. */
export interface RedisHealth {
  readonly state: RedisState;
  /** Where it is, without secrets. */
  readonly address: string;
  readonly version: string | undefined;
  /** Round trip of the last check, in milliseconds; `undefined` when it failed. */
  readonly latencyMs: number | undefined;
  /** When it was last checked; `undefined` before the first time. */
  readonly checkedAt: Date | undefined;
  /** What an operator should change, in words. */
  readonly warnings: readonly string[];
  /** Why it is not `ready`, in words. */
  readonly problem: string | undefined;
}

/** Counters since the adapter was opened, and what is going on now. */
export interface RedisMetrics {
  /** Commands asked for, by how often each was sent once; retries are counted apart. */
  readonly commands: number;
  readonly retries: number;
  /** Failed commands by code, after their last attempt. */
  readonly errors: Readonly<Partial<Record<RedisErrorCode, number>>>;
  /** Time from sending to the answer. */
  readonly latency: LatencyBuckets;
  /** Commands sent and not yet answered. */
  readonly inFlight: number;
  readonly connections: {
    readonly commands: { readonly open: number; readonly ready: number };
    readonly blocking: { readonly open: number; readonly busy: number; readonly waiting: number };
    readonly subscriber: { readonly open: number; readonly ready: number; readonly channels: number };
  };
  /** Connections that were lost and opened again. */
  readonly reconnects: number;
}

/**
 * Redis as the product uses it. Every call ends: with an answer, or with a `RedisError` within the command timeout
 * of each attempt. While Redis is away nothing is queued; it is found again without a restart.
 */
export interface RedisAdapter {
  /**
   * One command. Idempotent ones are tried again after a lost answer, a few times, with growing pauses.
   *
   * @throws RedisError; the signal's reason.
   */
  call(name: string, args?: CommandArguments, options?: CallOptions): Promise<unknown>;
  /** As `call`, with texts in the answer as bytes. */
  callBuffer(name: string, args?: CommandArguments, options?: CallOptions): Promise<unknown>;
  /** Runs a script by its hash, and sends its text where a server does not know it yet. */
  run(
    script: RedisScript,
    keys: readonly string[],
    args?: CommandArguments,
    options?: CallOptions,
  ): Promise<unknown>;
  /**
   * One blocking command on a connection that nobody else uses meanwhile. Askers wait in line for a connection;
   * the line is bounded.
   */
  block(name: string, args: CommandArguments, options: BlockOptions): Promise<unknown>;
  /** Listens to a channel, from as soon as Redis can be reached and for as long as it is not closed. */
  subscribe(channel: string, events: SubscriptionEvents): Subscription;
  /** Visits each key that matches the glob pattern, on every node, in batches; costs a walk over all keys. */
  scan(pattern: string, options?: { readonly signal?: AbortSignal }): AsyncIterable<readonly string[]>;
  /** What the last check found; does not wait. */
  health(): RedisHealth;
  /** Checks now. Callers at the same time share one check; it ends within the command timeout. */
  check(): Promise<RedisHealth>;
  metrics(): RedisMetrics;
  /**
   * Refuses new commands, waits for the answers of those that have left for at most `deadlineMs` (default 2,000),
   * and cuts every connection.
   */
  close(options?: { readonly deadlineMs?: number }): Promise<void>;
}
