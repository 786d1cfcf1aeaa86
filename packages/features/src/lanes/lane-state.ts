import type { SendOutcome } from '@zaphub/providers';
import type { Plan } from '@zaphub/types';
import type { RunStatement } from '../messages/index.ts';
import type { EngineDeps, EngineSettings } from './engine-deps.ts';
import type { FairGate } from './fair-gate.ts';
import type { LaneLease } from './lane-lease.ts';
import { createLanePace, type LanePace } from './lane-pace.ts';
import type { LaneSpeeds } from './lane-speeds.ts';
import type { LaneCampaign } from './lane-work.ts';
import type { GuardedProvider } from './provider-guards.ts';

/** Everything that the batches of one turn share. */
export interface LaneState {
  readonly deps: EngineDeps;
  readonly settings: EngineSettings;
  readonly lease: LaneLease;
  readonly provider: GuardedProvider;
  readonly pace: LanePace;
  /** Aborts when the turn is to come to a good end: the process is closing, the lane was lost, or it is held. */
  readonly stopping: AbortSignal;
  /** How many requests of one batch may be under way. */
  readonly inFlight: number;
  /** Statements of the ledger, when it is this tenant's turn; `cost` is about how many rows it is. */
  ledger(cost: number): RunStatement;
  /** Ends the turn. */
  stop(): void;
  /** How many rows the next claim should take, so that they are done well within a lease. */
  claimLimit(campaign: Pick<LaneCampaign, 'isLimited' | 'ratePerSecond' | 'dayLeft'>): number;
  /** Learns from a batch how fast this lane is; and others from it, unless a limit held it up. */
  learn(messages: number, tookMs: number, isLimited: boolean): void;
  /** Holds the lane when the network asked for it, or cannot be reached. */
  heed(outcomes: readonly SendOutcome[]): void;
}

/** How much of a shared worker a tenant gets by its plan, while others want it too. */
const planWeights: Readonly<Record<Plan, number>> = { free: 1, pro: 2, enterprise: 4 };

/** The state of a lane at the start of a turn. */
export function createLaneState(input: {
  readonly deps: EngineDeps;
  readonly settings: EngineSettings;
  readonly lease: LaneLease;
  readonly provider: GuardedProvider;
  readonly stopping: AbortSignal;
  readonly stop: () => void;
  readonly streams: number;
  /** How many rows one claim may hold, among so many lanes. */
  readonly mostRows: () => number;
  readonly gate: FairGate;
  readonly speeds: LaneSpeeds;
}): LaneState {
  const { settings, lease, provider, deps, gate } = input;
  const pace = createLanePace({ waitMs: lease.waitMs, cause: lease.waitCause ?? undefined });
  const usableMs = (settings.leaseMs - settings.marginMs) / 2;
  const inFlight = Math.max(1, Math.ceil(provider.abilities.maxInFlight / input.streams));
  const share = { tenantId: lease.tenantId, weight: planWeights[lease.plan] };
  let msPerMessage: number | undefined;
  return {
    ...input,
    pace,
    inFlight,
    ledger: (cost) => (name, text, values) =>
      gate.run(share, cost, () => deps.db.statement(name, text, values)),
    claimLimit({ isLimited, ratePerSecond, dayLeft }) {
      // Whatever has a rate of its own is shared by the batches of this lane.
      const byRate =
        ratePerSecond === null ? Infinity : Math.floor((ratePerSecond * usableMs) / 1000 / input.streams);
      const expectedMs = msPerMessage ?? (isLimited ? undefined : input.speeds.expected(lease.provider));
      const bySpeed = expectedMs === undefined ? inFlight * 4 : Math.floor(usableMs / expectedMs);
      return Math.max(
        1,
        Math.min(settings.claimSize, input.mostRows(), bySpeed, byRate, dayLeft ?? Infinity),
      );
    },
    learn(messages, tookMs, isLimited) {
      if (messages === 0) return;
      const measured = tookMs / messages;
      if (!isLimited) input.speeds.note(lease.provider, measured);
      msPerMessage = msPerMessage === undefined ? measured : (msPerMessage + measured) / 2;
    },
    heed(outcomes) {
      const awayMs = provider.retryAfterMs();
      let waitMs = 0;
      for (const outcome of outcomes) {
        // What one person is to be spared of does not hold the others.
        if (outcome.kind !== 'not_sent' || outcome.effect === 'wait_recipient') continue;
        // The number itself is held then: whoever releases it wakes the lane.
        if (outcome.effect === 'pause_connection' && deps.applyEffects !== undefined) input.stop();
        else waitMs = Math.max(waitMs, outcome.retryAfterMs ?? 0);
      }
      if (awayMs > 0) pace.hold(awayMs, 'network_away');
      if (waitMs > 0) pace.hold(waitMs, 'network_wait');
    },
  };
}
