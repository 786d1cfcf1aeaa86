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

/** Sends the direct messages that wait, as many as one batch holds; what came back is for an ordinary turn. */
export async function sendDirect(lane: LaneState, campaign: BatchCampaign): Promise<number> {
  // A handful of rows do not wait for the tenant's share of the ledger, in which its own campaigns stand in line.
  const express: LaneState = { ...lane, ledger: () => lane.deps.db.statement };
  const { sent } = await sendBatch(express, () => campaign, 'fresh');
  return sent;
}
