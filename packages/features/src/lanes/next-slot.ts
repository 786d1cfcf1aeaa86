import { setTimeout as pause } from 'node:timers/promises';
import { horizonMs, type Reservation, reserveSlot } from '../pacing/index.ts';
import { burstShare01 } from '../verify/index.ts';
import type { Deadline } from './deadline.ts';
import type { LaneState } from './lane-state.ts';
import type { LaneCampaign } from './lane-work.ts';
import type { Spacing } from './spaced-sends.ts';

/** What may leave now. */
export interface Slot {
  /** How many; at least 1. */
  readonly count: number;
  /** Where they lie in time; `undefined` for at once. */
  readonly spacing: Spacing | undefined;
  /** The day against whose cap they were counted. */
  readonly day: string | null;
}

type LimitedCampaign = Pick<LaneCampaign, 'id' | 'isLimited' | 'ratePerSecond'>;

/** Between the last message of a slot and the end of its claim, for whatever takes longer than it should. */
const spareMs = 100;
/** A lane that waits looks again after so long: a limit may have been changed. */
const lookAgainMs = 1_000;

/**
 * True when a claim would have to wait for its pace: the lane or the campaign is then held for as long. Asked before
 * a claim, so that nothing is claimed that cannot leave.
 */
export async function mustWait(lane: LaneState, campaign: LimitedCampaign): Promise<boolean> {
  if (!campaign.isLimited) return false;
  const answer = await reserveSlot(lane.deps.db.statement, {
    connectionId: lane.lease.connectionId,
    campaignId: campaign.id,
    count: 0,
  });
  if (answer.kind !== 'wait' || answer.inMs <= horizonMs) return false;
  noteWait(lane, campaign.id, answer);
  return true;
}

/**
 * Waits until something of a batch may leave, and reserves its slot. `undefined` when the batch must stop here: the
 * turn is to end, or the wait is longer than its claim.
 *
 * @param campaignNow what is known of the campaign by then: limits may change while it waits
 */
export async function nextSlot(
  lane: LaneState,
  campaignNow: () => LimitedCampaign,
  { most, deadline }: { readonly most: number; readonly deadline: Deadline },
): Promise<Slot | undefined> {
  for (;;) {
    const campaign = campaignNow();
    if (lane.stopping.aborted || deadline.isOver()) return undefined;
    const heldMs = lane.pace.campaignWaitMs(campaign.id);
    if (heldMs > 1) {
      if (!(await rest(lane, heldMs, deadline))) return undefined;
      continue;
    }
    if (!campaign.isLimited) return { count: most, spacing: undefined, day: null };
    const rate = campaign.ratePerSecond;
    const burst = rate === null ? most : Math.max(1, Math.floor(rate * burstShare01));
    const wanted = Math.min(most, burst);
    // A slot that the claim does not last for would be lost, to every number that shares it.
    const spanMs = rate === null ? 0 : ((wanted - 1) * 1_000) / rate;
    const withinMs = deadline.atMs - performance.now() - spanMs - spareMs;
    if (withinMs <= 0) return undefined;
    const answer = await reserveSlot(lane.deps.db.statement, {
      connectionId: lane.lease.connectionId,
      campaignId: campaign.id,
      count: wanted,
      withinMs,
    });
    if (answer.kind === 'free') return { count: most, spacing: undefined, day: null };
    if (answer.kind === 'slot') {
      const { count, inMs, intervalMs, leastGapMs, jitter01, day } = answer;
      const atMs = performance.now() + inMs;
      return { count, spacing: { campaignId: campaign.id, atMs, intervalMs, leastGapMs, jitter01 }, day };
    }
    // Slots are given out a little ahead: whoever comes early gets the very next one.
    const waitMs = Math.max(5, answer.inMs - (horizonMs * (1 + Math.random())) / 3);
    if (await rest(lane, waitMs, deadline)) continue;
    noteWait(lane, campaign.id, answer);
    return undefined;
  }
}

/** Rests for so long, or until it is worth looking again; false when the claim does not last for it. */
async function rest(lane: LaneState, ms: number, deadline: Deadline): Promise<boolean> {
  if (performance.now() + ms >= deadline.atMs) return false;
  await pause(Math.min(ms, lookAgainMs), undefined, { signal: lane.stopping }).catch(() => undefined);
  return true;
}

function noteWait(lane: LaneState, campaignId: string, wait: Reservation & { readonly kind: 'wait' }): void {
  const ms = Math.max(1, wait.inMs - horizonMs / 2);
  if (wait.cause === 'campaign_rate') lane.pace.holdCampaign(campaignId, ms);
  else lane.pace.hold(ms, wait.cause);
}
