import { type Backoff, exponentialBackoff } from '@zaphub/concurrency';
import type { ConnectionStatus } from '@zaphub/types';

/** How long things about a session may take; each has a default. */
export interface SessionTimes {
  /** The owner of a session holds it for so long without news of itself; default 15 000. */
  readonly leaseMs: number;
  /** How often the lease is renewed; default a third of it. */
  readonly renewMs: number;
  /** A session is let go when its lease, as far as this process knows, has less than this left; default a sixth of it. */
  readonly marginMs: number;
  /** Between two round trips of a session that is well, and of one that is not; defaults 20 000 and 5 000. */
  readonly pingMs: number;
  readonly anxiousPingMs: number;
  /** A round trip without an answer has failed after so long; default 10 000. */
  readonly pingTimeoutMs: number;
  /** So many failed round trips in a row are `late` (default 2), and `silent` (default 5). */
  readonly lateAfter: number;
  readonly silentAfter: number;
  /** Closing and logging out may take so long; default 10 000. */
  readonly closeTimeoutMs: number;
  /** A session that was connected for so long begins its waits anew; default 60 000. */
  readonly stableMs: number;
  /** Between two looks for sessions that nobody holds; default the renewal's. */
  readonly sweepMs: number;
  /** How long each state may last, by name; see `deadlineMsOf`. */
  readonly deadlines: Readonly<Partial<Record<ConnectionStatus, number>>>;
  /** The wait after so many failures in a row; default full jitter from 2 s to 5 min. */
  readonly backoff: Backoff;
}

const minute = 60_000;

const deadlines: Readonly<Partial<Record<ConnectionStatus, number>>> = {
  connecting: minute,
  // From the first code on, however many follow it.
  qr: 5 * minute,
  pairing_code: 5 * minute,
  degraded: 2 * minute,
  reconnecting: minute,
};

/** Fills in the defaults. */
export function sessionTimes(given: Partial<SessionTimes> = {}): SessionTimes {
  const leaseMs = given.leaseMs ?? 15_000;
  const renewMs = given.renewMs ?? leaseMs / 3;
  return {
    leaseMs,
    renewMs,
    marginMs: given.marginMs ?? leaseMs / 6,
    pingMs: given.pingMs ?? 20_000,
    anxiousPingMs: given.anxiousPingMs ?? 5_000,
    pingTimeoutMs: given.pingTimeoutMs ?? 10_000,
    lateAfter: given.lateAfter ?? 2,
    silentAfter: given.silentAfter ?? 5,
    closeTimeoutMs: given.closeTimeoutMs ?? 10_000,
    stableMs: given.stableMs ?? minute,
    sweepMs: given.sweepMs ?? renewMs,
    deadlines: given.deadlines ?? deadlines,
    backoff:
      given.backoff ??
      exponentialBackoff({ firstDelayMs: 2_000, factor: 2, maxDelayMs: 5 * minute, jitter01: 1 }),
  };
}

/**
 * How long a session may be where it is, counted from when it came there (another code is no new beginning);
 * `undefined` where it may stay. Nothing that is closed has a deadline.
 */
export function deadlineMsOf(
  at: { readonly state: ConnectionStatus; readonly isOpen: boolean },
  given: SessionTimes['deadlines'] = deadlines,
): number | undefined {
  return at.isOpen ? (given[at.state] ?? deadlines[at.state]) : undefined;
}
