import type { SendOutcome } from '@zaphub/providers';
import type { EngineDeps, EngineSettings } from './engine-deps.ts';
import type { LaneLease } from './lane-lease.ts';
import { createPace, type Pace } from './pace.ts';
import type { GuardedProvider } from './provider-guards.ts';

/** Everything that the batches of one turn share. */
export interface LaneState {
  readonly deps: EngineDeps;
  readonly settings: EngineSettings;
  readonly lease: LaneLease;
  readonly provider: GuardedProvider;
  readonly pace: Pace;
  /** Aborts when the turn is to come to a good end: the process is closing, or the lane was lost. */
  readonly stopping: AbortSignal;
  /** How many requests of one batch may be under way. */
  readonly inFlight: number;
  /** How many rows the next claim should take, so that they are done well within a lease. */
  claimLimit(ratePerSecond: number | null): number;
  /** Learns from a batch how fast this lane is. */
  learn(messages: number, tookMs: number): void;
  /** Holds the lane when the network asked for it, or cannot be reached. */
  heed(outcomes: readonly SendOutcome[]): void;
}

/** The state of a lane at the start of a turn. */
export function createLaneState(input: {
  readonly deps: EngineDeps;
  readonly settings: EngineSettings;
  readonly lease: LaneLease;
  readonly provider: GuardedProvider;
  readonly stopping: AbortSignal;
  readonly streams: number;
}): LaneState {
  const { settings, lease, provider } = input;
  const pace = createPace(lease.ratePerSecond, { waitMs: lease.waitMs });
  const usableMs = (settings.leaseMs - settings.marginMs) / 2;
  const inFlight = Math.max(1, Math.ceil(provider.abilities.maxInFlight / input.streams));
  let msPerMessage: number | undefined;
  return {
    ...input,
    pace,
    inFlight,
    claimLimit(ratePerSecond) {
      const rates = [lease.ratePerSecond, ratePerSecond].filter((rate) => rate !== null);
      const byRate = rates.map((rate) => Math.floor((rate * usableMs) / 1000));
      const bySpeed = msPerMessage === undefined ? inFlight * 4 : Math.floor(usableMs / msPerMessage);
      return Math.max(1, Math.min(settings.claimSize, bySpeed, ...byRate));
    },
    learn(messages, tookMs) {
      if (messages === 0) return;
      const measured = tookMs / messages;
      msPerMessage = msPerMessage === undefined ? measured : (msPerMessage + measured) / 2;
    },
    heed(outcomes) {
      let holdMs = provider.retryAfterMs();
      for (const outcome of outcomes) {
        // What one person is to be spared of does not hold the others.
        if (outcome.kind === 'not_sent' && outcome.effect !== 'wait_recipient')
          holdMs = Math.max(holdMs, outcome.retryAfterMs ?? 0);
      }
      if (holdMs > 0) pace.hold(holdMs);
    },
  };
}
