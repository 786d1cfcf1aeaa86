import type { BatchCampaign, BatchResult } from './send-batch.ts';

/** How often a campaign with fresh recipients is asked for retries that have come due. */
const retryEveryMs = 1_000;

/** A campaign's place in a turn, and what it is to be asked for. */
export interface RotationEntry {
  campaign: BatchCampaign;
  kind: 'fresh' | 'retry';
  hasFresh: boolean;
  retriedAtMs: number;
}

/** Gives the campaigns of a lane their turns one after the other, so that a large one does not hold up the rest. */
export interface Rotation {
  /** The next campaign that may send now; `undefined` when there is none. */
  next(): RotationEntry | undefined;
  /** Notes what a batch came to. */
  done(entry: RotationEntry, kind: 'fresh' | 'retry', result: BatchResult): void;
  /** What the campaigns are now: limits may have changed, some may be gone and others new. */
  update(campaigns: readonly BatchCampaign[]): void;
  /** Milliseconds until a campaign that is only waiting for its own rate may send; `undefined` for none. */
  waitMs(): number | undefined;
  /** Campaigns that had nothing due. */
  readonly dry: ReadonlySet<BatchCampaign>;
}

/**
 * Begins with the first campaign, and with fresh recipients: a turn that is short still sends something.
 *
 * @param waitMsOf how long a campaign has to wait for its pace
 */
export function createRotation(
  campaigns: readonly BatchCampaign[],
  waitMsOf: (campaign: BatchCampaign) => number,
): Rotation {
  const enter = (campaign: BatchCampaign): RotationEntry => ({
    campaign,
    kind: 'fresh',
    hasFresh: true,
    retriedAtMs: performance.now(),
  });
  const live = campaigns.map(enter);
  const known = new Set(campaigns.map(({ id }) => id));
  const dry = new Set<BatchCampaign>();
  const drop = (entry: RotationEntry): void => {
    const index = live.indexOf(entry);
    if (index >= 0) live.splice(index, 1);
  };
  return {
    dry,
    next() {
      const index = live.findIndex((entry) => waitMsOf(entry.campaign) <= 1);
      if (index < 0) return undefined;
      const [entry] = live.splice(index, 1);
      if (entry === undefined) return undefined;
      live.push(entry);
      const nowMs = performance.now();
      entry.kind = !entry.hasFresh || nowMs - entry.retriedAtMs > retryEveryMs ? 'retry' : 'fresh';
      if (entry.kind === 'retry') entry.retriedAtMs = nowMs;
      return entry;
    },
    done(entry, kind, result) {
      if (!result.isRunning) {
        drop(entry);
        return;
      }
      if (result.hasTaken) return;
      if (kind === 'fresh') {
        entry.hasFresh = false;
      } else if (!entry.hasFresh) {
        drop(entry);
        dry.add(entry.campaign);
      }
    },
    update(now) {
      const byId = new Map(now.map((campaign) => [campaign.id, campaign]));
      for (const entry of live.slice()) {
        const campaign = byId.get(entry.campaign.id);
        if (campaign === undefined) drop(entry);
        else entry.campaign = campaign;
      }
      for (const campaign of now) {
        if (known.has(campaign.id)) continue;
        known.add(campaign.id);
        live.unshift(enter(campaign));
      }
    },
    waitMs() {
      return live.length === 0 ? undefined : Math.min(...live.map((entry) => waitMsOf(entry.campaign)));
    },
  };
}
