import type { DirectBell } from './direct-bell.ts';
import type { LaneState } from './lane-state.ts';
import { type BatchCampaign, sendBatch } from './send-batch.ts';

/**
 * Sends what comes in one by one beside a turn's other streams: it does not wait for their batches, only for the pace,
 * which it shares with them. Runs until `over` aborts; answers how many were sent.
 *
 * @param find the connection's direct campaign; `undefined` while it has none
 */
export async function runDirectStream(
  lane: LaneState,
  bell: DirectBell,
  { find, over }: { readonly find: () => Promise<BatchCampaign | undefined>; readonly over: AbortSignal },
): Promise<number> {
  let sent = 0;
  while (await bell.heard(over)) {
    const campaign = await find();
    if (campaign !== undefined) sent += await sendDirect(lane, campaign);
  }
  return sent;
}

/** Sends the direct messages that wait; answers how many. */
export async function sendDirect(lane: LaneState, campaign: BatchCampaign): Promise<number> {
  let sent = 0;
  for (const kind of ['fresh', 'retry'] as const) {
    for (let isMore = true; isMore && !lane.stopping.aborted;) {
      const result = await sendBatch(lane, () => campaign, kind);
      sent += result.sent;
      // What had to wait for its pace, or came back, is for the next ring or turn.
      isMore = result.hasTaken && result.isRunning && result.sent > 0;
    }
  }
  return sent;
}
