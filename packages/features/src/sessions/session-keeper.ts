import type { Database, Listener } from '@zaphub/db';
import type { SessionProvider } from '@zaphub/providers';
import type { Logger } from '@zaphub/telemetry';
import type { ConnectionProvider } from '@zaphub/types';
import type { KeyRing } from '../credentials/index.ts';
import { type HeldSession, holdSession } from './held-session.ts';
import {
  releaseSession,
  renewSessions,
  sessionChannel,
  type SessionWish,
  type TakenSession,
  takeSessions,
} from './session-lease.ts';
import { type SessionTimes, sessionTimes } from './session-times.ts';

export interface SessionKeeperDeps {
  /** Logged in as the engine's role. */
  readonly db: Database;
  readonly ring: KeyRing;
  /** The transports whose numbers must be logged in. */
  readonly providers: ReadonlyMap<ConnectionProvider, SessionProvider>;
  readonly logger: Logger;
}

export interface SessionKeeperOptions {
  /** Names this process in leases; the same as the engine's, so that a lane knows its session's owner. */
  readonly owner: string;
  /** Sessions held at once; default 500. */
  readonly maxSessions?: number;
  readonly times?: Partial<SessionTimes>;
}

/**
 * Keeps sessions open that their people want: takes those that nobody holds, renews what it holds, lets go of what it
 * has lost, what nobody wants any more, and everything at the close.
 */
export interface SessionKeeper {
  /** Takes one session now, if it is wanted, due and free; answers whether this process holds it. */
  take(connectionId: string): Promise<boolean>;
  /** Whether this process holds the session of a connection now. */
  holds(connectionId: string): boolean;
  /** How many it holds. */
  size(): number;
  /** Looks for wishes and for free sessions now; resolves when it has looked. */
  look(): Promise<void>;
  /** Closes every session and gives all of them back, so that others open them at once. Idempotent. */
  close(): Promise<void>;
}

/** Starts keeping sessions; resolves when it hears of new ones. */
export async function startSessionKeeper(
  deps: SessionKeeperDeps,
  options: SessionKeeperOptions,
): Promise<SessionKeeper> {
  const { db, logger, providers } = deps;
  const times = sessionTimes(options.times);
  const maxSessions = options.maxSessions ?? 500;
  const kinds = [...providers.keys()];
  const held = new Map<string, HeldSession>();
  const releases = new Set<Promise<void>>();
  let isClosing = false;
  let looking: Promise<void> | undefined;
  let isLookWanted = false;

  const hold = (taken: TakenSession, askedAtMs: number): void => {
    const provider = providers.get(taken.provider);
    if (provider === undefined) return;
    const session = holdSession(
      {
        db,
        ring: deps.ring,
        provider,
        logger,
        times,
        onRefused: () => lookSoon(),
        onEnded: (retryInMs) => giveBack(session, retryInMs),
      },
      taken,
      askedAtMs + times.leaseMs,
    );
    held.set(taken.connectionId, session);
  };

  /** Only after everything is closed: whoever takes it next may open at once. */
  const giveBack = (session: HeldSession, retryInMs: number | undefined): void => {
    const { connectionId } = session.lease;
    if (held.get(connectionId) === session) held.delete(connectionId);
    const released = releaseSession(db, session.lease, retryInMs).catch((error: unknown) => {
      // It ends by itself with its lease.
      logger.warn('a session could not be given back', { connection: connectionId, error });
    });
    releases.add(released);
    void released.finally(() => releases.delete(released));
  };

  const take = async (connectionId?: string): Promise<void> => {
    const limit = maxSessions - held.size;
    if (isClosing || limit <= 0 || kinds.length === 0) return;
    const askedAtMs = performance.now();
    const taken = await takeSessions(db, {
      owner: options.owner,
      leaseMs: times.leaseMs,
      kinds,
      limit,
      ...(connectionId === undefined ? {} : { connectionId }),
    });
    for (const each of taken) {
      if (isClosing) giveBackUnopened(each);
      else hold(each, askedAtMs);
    }
  };

  const giveBackUnopened = (taken: TakenSession): void => {
    releases.add(releaseSession(db, taken).catch(() => undefined));
  };

  const renew = async (): Promise<void> => {
    const sessions = [...held.values()];
    if (sessions.length === 0) return;
    const askedAtMs = performance.now();
    const wishes = await renewSessions(
      db,
      sessions.map((session) => {
        const { pingMs, answeredAtMs, missedPings } = session.pulse();
        const answeredAgoMs = answeredAtMs === undefined ? undefined : askedAtMs - answeredAtMs;
        return { lease: session.lease, pingMs, answeredAgoMs, missedPings };
      }),
      times.leaseMs,
    );
    const byId = new Map(wishes.map((wish) => [wish.connectionId, wish]));
    for (const session of sessions) heed(session, byId.get(session.lease.connectionId), askedAtMs);
  };

  /** What its people want of a session, as the database says it now. */
  const heed = (session: HeldSession, wish: SessionWish | undefined, askedAtMs: number): void => {
    if (wish === undefined) return void session.end('lost');
    session.confirm(askedAtMs + times.leaseMs);
    if (!wish.wanted) void session.end(wish.closeReason === 'deleted' ? 'deleted' : 'unwanted');
    else if (wish.generation !== session.lease.generation) {
      // Closed and wanted again: as if somebody else had held it.
      void session.end('unwanted').then(() => lookSoon());
    }
  };

  const look = (): Promise<void> => {
    looking ??= (async () => {
      await renew();
      await take();
    })().finally(() => {
      looking = undefined;
    });
    return looking;
  };

  /** Also when a look is under way already: it may have asked before what it is called for was written. */
  const lookSoon = (): void => {
    if (isClosing || isLookWanted) return;
    isLookWanted = true;
    const now = looking ?? Promise.resolve();
    void now
      .catch(() => undefined)
      .then(() => {
        isLookWanted = false;
        return isClosing ? undefined : look();
      })
      .catch((error: unknown) => logger.warn('sessions could not be looked after', { error }));
  };

  const timer = setInterval(lookSoon, Math.min(times.renewMs, times.sweepMs));
  let listener: Listener;
  try {
    listener = await db.listen(sessionChannel, lookSoon, lookSoon);
  } catch (error) {
    clearInterval(timer);
    throw error;
  }
  lookSoon();

  return {
    async take(connectionId) {
      if (!held.has(connectionId)) await take(connectionId);
      return held.has(connectionId);
    },
    holds: (connectionId) => held.has(connectionId),
    size: () => held.size,
    look,
    async close() {
      isClosing = true;
      clearInterval(timer);
      await listener.close();
      await looking?.catch(() => undefined);
      await Promise.all([...held.values()].map((session) => session.end('shutdown')));
      await Promise.all(releases);
    },
  };
}
