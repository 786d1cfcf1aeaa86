import type { ClaimCursor } from '../messages/index.ts';
import type { BatchCampaign, BatchResult } from './send-batch.ts';

/** A campaign's place in a turn. */
export interface RotationEntry {
  readonly campaign: BatchCampaign;
  cursor: ClaimCursor | undefined;
}

/** Gives the campaigns of a lane their turns one after the other, so that a large one does not hold up the rest. */
export interface Rotation {
  /** The next campaign that may send now; `undefined` when there is none. */
  next(): RotationEntry | undefined;
  /** Notes what a batch came to. */
  done(entry: RotationEntry, result: BatchResult): void;
  /** Milliseconds until a campaign that is only waiting for its own rate may send; `undefined` for none. */
  waitMs(): number | undefined;
  /** Campaigns that had nothing due. */
  readonly dry: ReadonlySet<BatchCampaign>;
}

/** Begins with the first campaign. */
export function createRotation(campaigns: readonly BatchCampaign[]): Rotation {
  const live: RotationEntry[] = campaigns.map((campaign) => ({ campaign, cursor: undefined }));
  const dry = new Set<BatchCampaign>();
  const drop = (entry: RotationEntry): void => {
    const index = live.indexOf(entry);
    if (index >= 0) live.splice(index, 1);
  };
  return {
    dry,
    next() {
      const index = live.findIndex((entry) => entry.campaign.pace.waitMs() <= 1);
      if (index < 0) return undefined;
      const [entry] = live.splice(index, 1);
      if (entry !== undefined) live.push(entry);
      return entry;
    },
    done(entry, result) {
      if (!result.isRunning) {
        drop(entry);
        return;
      }
      if (result.taken > 0) {
        entry.cursor = laterOf(entry.cursor, result.cursor);
        return;
      }
      if (entry.cursor !== undefined) {
        // Rows may have come back behind it: look once from the beginning.
        entry.cursor = undefined;
        return;
      }
      drop(entry);
      dry.add(entry.campaign);
    },
    waitMs() {
      return live.length === 0 ? undefined : Math.min(...live.map((entry) => entry.campaign.pace.waitMs()));
    },
  };
}

/** Batches of one campaign end in any order; positions only mean something within one due time. */
function laterOf(one: ClaimCursor | undefined, other: ClaimCursor | undefined): ClaimCursor | undefined {
  if (one === undefined || other === undefined) return other ?? one;
  return one.dueAt === other.dueAt && one.position > other.position ? one : other;
}
