import type { WaitCause } from '../pacing/index.ts';

/** Why nothing leaves a lane for a while. */
export type LaneWaitCause = WaitCause | 'network_away' | 'network_wait' | 'pool_turn';

/** When the lane of a turn, and each campaign in it, may send next. What is reserved lies in the database. */
export interface LanePace {
  /** Milliseconds until anything may leave; 0 for now. */
  waitMs(): number;
  /** Why it waits; `undefined` while it does not. */
  cause(): LaneWaitCause | undefined;
  /** Nothing leaves for so long. */
  hold(ms: number, cause: LaneWaitCause): void;
  /** The same for one campaign; the others go on. */
  holdCampaign(campaignId: string, ms: number): void;
  /** Milliseconds until something of the campaign may leave. */
  campaignWaitMs(campaignId: string): number;
  /**
   * The instant at which the next message of a slot starts. Reserved places are kept, except that messages which are
   * late do not bunch up: nothing follows the one before by less than the shortest interval.
   */
  place(campaignId: string, at: { readonly atMs: number; readonly gapMs: number }): number;
  /**
   * Asked when a message's time has come: 0 for now, which counts as its start. Otherwise the milliseconds that it must
   * still wait, because the one before has only just left: a process that was held up lets nothing out in a bunch.
   */
  leave(campaignId: string, gapMs: number): number;
}

/** Timers are a millisecond early, */
const earlyTimerMs = 1;
/** or so late on a busy machine: that is made up for at once, or the rate would be missed by it at each message. */
const lateTimerMs = 20;

/** Begins after `waitMs`. */
export function createLanePace(
  options: {
    readonly waitMs?: number;
    readonly cause?: LaneWaitCause | undefined;
    readonly now?: () => number;
  } = {},
): LanePace {
  const now = options.now ?? (() => performance.now());
  let untilMs = now() + (options.waitMs ?? 0);
  let cause = options.cause;
  const campaigns = new Map<string, number>();
  const starts = new Map<string, number>();
  const left = new Map<string, number>();
  const waitMs = (): number => Math.max(0, untilMs - now());
  return {
    waitMs,
    cause: () => (waitMs() > 0 ? cause : undefined),
    hold(ms, why) {
      if (now() + ms <= untilMs) return;
      untilMs = now() + ms;
      cause = why;
    },
    holdCampaign(campaignId, ms) {
      campaigns.set(campaignId, Math.max(campaigns.get(campaignId) ?? 0, now() + ms));
    },
    campaignWaitMs: (campaignId) => Math.max(waitMs(), (campaigns.get(campaignId) ?? 0) - now(), 0),
    place(campaignId, { atMs, gapMs }) {
      const startMs = Math.max(atMs, now(), (starts.get(campaignId) ?? -Infinity) + gapMs);
      starts.set(campaignId, startMs);
      return startMs;
    },
    leave(campaignId, gapMs) {
      const dueMs = (left.get(campaignId) ?? -Infinity) + gapMs;
      if (dueMs - now() > earlyTimerMs) return dueMs - now();
      left.set(campaignId, Math.max(dueMs, now() - lateTimerMs));
      return 0;
    },
  };
}
