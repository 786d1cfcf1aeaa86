import { networkTemplateUse } from '@zaphub/types';
import { compileNetworkTemplate } from '../cloud-api/index.ts';
import { finishCampaign } from '../messages/index.ts';
import type { CompiledTemplate } from '../templates/index.ts';
import type { DirectBell } from './direct-bell.ts';
import { runDirectStream, sendDirect } from './direct-stream.ts';
import type { EngineDeps, EngineSettings } from './engine-deps.ts';
import type { FairGate } from './fair-gate.ts';
import { acquireLane, type LaneLease, type LaneWait, releaseLane, renewLane } from './lane-lease.ts';
import type { LaneSpeeds } from './lane-speeds.ts';
import { createLaneState, type LaneState } from './lane-state.ts';
import { type LaneCampaign, listLaneCampaigns, nextDueMs } from './lane-work.ts';
import type { ProviderGuards } from './provider-guards.ts';
import { createRotation, type Rotation } from './rotation.ts';
import { type BatchCampaign, sendBatch } from './send-batch.ts';
import { shareSlots } from './shared-slots.ts';

/** A lane that must wait longer than this gives its turn back and asks to be rung later. */
const longestIdleMs = 1_000;
/** With more lanes at once than this, each does one batch at a time, and smaller ones: together they are enough. */
const crowd = 8;
/** Rows that all lanes of a process hold together, about. */
const rowsAtOnce = 8_000;
/** What a statement costs by itself is about what it costs for a hundred rows. */
const leastRows = 200;
/** A changed limit, a hold and a new campaign are known in a turn after so long. */
const refreshMs = 1_000;

/** What a turn came to. */
export interface TurnResult {
  readonly sent: number;
  /** `busy`: somebody else holds the lane, or it is stopped. */
  readonly outcome: 'done' | 'busy';
  /** Milliseconds until the lane has something to do; `undefined` when nothing is queued in it. */
  readonly nextInMs: number | undefined;
}

export interface TurnInput {
  readonly connectionId: string;
  /** Aborts when the process closes: what is under way ends well, the rest goes back to the queue. */
  readonly closing: AbortSignal;
  readonly guards: ProviderGuards;
  /** Shares the ledger out among the tenants of this process. */
  readonly gate: FairGate;
  readonly speeds: LaneSpeeds;
  /** How many lanes have a turn in this process now. */
  readonly openTurns: () => number;
  /** Rings when a direct message has come for this connection. */
  readonly bell: DirectBell;
  /** Send what was written one by one and nothing else: somebody else sees to the campaigns. */
  readonly isDirectOnly: boolean;
}

/** Holds a lane for one bounded turn and sends what is due in it, campaign by campaign. */
export async function runTurn(
  deps: EngineDeps,
  settings: EngineSettings,
  input: TurnInput,
): Promise<TurnResult> {
  const run = deps.db.statement;
  const lease = await acquireLane(run, {
    connectionId: input.connectionId,
    owner: settings.owner,
    leaseMs: settings.leaseMs,
  });
  if (lease === undefined) return { sent: 0, outcome: 'busy', nextInMs: undefined };
  const lost = new AbortController();
  const provider = deps.providerFor(lease.provider);
  const isFast = provider?.abilities.deduplicates === true && lease.ratePerSecond === null;
  const streams = isFast && input.openTurns() <= crowd ? settings.streams : 1;
  const lane =
    provider === undefined
      ? undefined
      : createLaneState({
          deps,
          settings,
          lease,
          provider: shareSlots(input.guards.guard(provider, lease.connectionId)),
          streams,
          mostRows: () => Math.max(leastRows, Math.floor(rowsAtOnce / Math.max(1, input.openTurns()))),
          gate: input.gate,
          speeds: input.speeds,
          stopping: AbortSignal.any([input.closing, lost.signal]),
          stop: () => lost.abort(),
        });
  const wait = (): LaneWait => ({ waitMs: lane?.pace.waitMs() ?? 0, cause: lane?.pace.cause() });
  const stopRenewing = keepLane(deps, settings, { lease, lost, wait });
  let sent = 0;
  let idleMs = 0;
  try {
    if (lane !== undefined) ({ sent, idleMs } = await sendFromLane(lane, streams, input));
  } finally {
    stopRenewing();
    input.guards.release(lease.connectionId);
    await releaseLane(run, lease, wait()).catch((error: unknown) => {
      // It ends by itself with its lease.
      deps.logger.warn('could not give a lane back', { connection: lease.connectionId, error });
    });
  }
  await deps.failpoints?.hit('before-ack');
  // After the release: work that arrived while we held the lane could not be taken by whoever was told of it.
  const dueInMs = await nextDueMs(run, input.connectionId);
  // What is due and did not move (a text that cannot be compiled, a kind nobody runs here) must not spin.
  const leastMs = Math.max(wait().waitMs, idleMs, sent === 0 ? longestIdleMs : 0);
  const nextInMs = dueInMs === undefined ? undefined : Math.max(dueInMs, leastMs);
  return { sent, outcome: 'done', nextInMs };
}

/** `idleMs`: how long every campaign that is left has to wait for its own pace. */
async function sendFromLane(
  lane: LaneState,
  streams: number,
  { bell, isDirectOnly }: Pick<TurnInput, 'bell' | 'isDirectOnly'>,
): Promise<{ sent: number; idleMs: number }> {
  const { deps, settings, lease } = lane;
  const found = await listLaneCampaigns(deps.db.statement, lease.connectionId);
  let direct = found.find((campaign) => campaign.isDirect);
  if (isDirectOnly) {
    const campaigns = direct === undefined ? [] : prepare(lane, direct);
    let sent = 0;
    for (const campaign of campaigns) sent += await sendDirect(lane, campaign);
    return { sent, idleMs: 0 };
  }
  // A turn may be over after one batch: each begins with another campaign, so that all of them come first in time.
  const first = lease.fence % Math.max(1, found.length);
  const inTurn = [...found.slice(first), ...found.slice(0, first)].sort(
    (a, b) => Number(b.isDirect) - Number(a.isDirect),
  );
  const prepareAll = (campaigns: readonly LaneCampaign[]): BatchCampaign[] =>
    campaigns.flatMap((campaign) => prepare(lane, campaign));
  const rotation = createRotation(prepareAll(inTurn), ({ id }) => lane.pace.campaignWaitMs(id));
  const stopRefreshing = every(refreshMs, async () => {
    const now = await listLaneCampaigns(deps.db.statement, lease.connectionId);
    rotation.update(prepareAll(now));
    // What comes in one by one keeps to the limits of now as well.
    direct = now.find((campaign) => campaign.isDirect) ?? direct;
  });
  const untilMs = performance.now() + settings.turnMs;
  const over = new AbortController();
  const findDirect = async (): Promise<BatchCampaign | undefined> => {
    const now =
      direct ?? (await listLaneCampaigns(deps.db.statement, lease.connectionId)).find((one) => one.isDirect);
    return now && prepare(lane, now)[0];
  };
  const directStream = runDirectStream(lane, bell, { find: findDirect, over: over.signal });
  const ordinary = settleAll(
    Array.from({ length: streams }, () => runStream(lane, rotation, () => performance.now() > untilMs)),
  ).finally(() => {
    stopRefreshing();
    over.abort();
  });
  const [totals, directly] = await settleBoth(ordinary, directStream);
  for (const campaign of rotation.dry) {
    if (!campaign.isDirect && (await finishCampaign(deps.db.statement, campaign.id)))
      deps.onFinished?.(campaign);
  }
  return { sent: totals.reduce((sum, n) => sum + n, directly), idleMs: rotation.waitMs() ?? 0 };
}

/** Repeats something that may fail; answers what ends it. */
function every(ms: number, work: () => Promise<void>): () => void {
  let isBusy = false;
  const timer = setInterval(() => {
    if (isBusy) return;
    isBusy = true;
    // The database is away: the next time tells.
    work()
      .catch(() => undefined)
      .finally(() => (isBusy = false));
  }, ms);
  return () => clearInterval(timer);
}

async function runStream(lane: LaneState, rotation: Rotation, isOver: () => boolean): Promise<number> {
  let sent = 0;
  while (!isOver() && !lane.stopping.aborted && lane.pace.waitMs() < longestIdleMs) {
    const entry = rotation.next();
    if (entry === undefined) {
      const waitMs = rotation.waitMs();
      if (waitMs === undefined || waitMs >= longestIdleMs) break;
      await new Promise((resolve) => setTimeout(resolve, Math.max(1, waitMs)));
      continue;
    }
    const { kind } = entry;
    const result = await sendBatch(lane, () => entry.campaign, kind);
    rotation.done(entry, kind, result);
    sent += result.sent;
  }
  return sent;
}

/** Waits for all of them, then fails with the first failure: nothing is left running behind a turn. */
async function settleAll<T>(work: readonly Promise<T>[]): Promise<T[]> {
  const results = await Promise.allSettled(work);
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}

/** Waits for both, then fails with the first failure. */
async function settleBoth<A, B>(a: Promise<A>, b: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([a, b]);
  return Promise.all([a, b]);
}

/** A campaign whose text cannot be compiled is left out; its rows stay queued and the log says why. */
function prepare(lane: LaneState, campaign: LaneCampaign): BatchCampaign[] {
  try {
    return [{ ...campaign, template: compileCampaign(lane, campaign) }];
  } catch (error) {
    lane.deps.logger.error('a campaign’s text cannot be compiled', { campaign: campaign.id, error });
    return [];
  }
}

function compileCampaign({ deps }: LaneState, { body, networkTemplate }: LaneCampaign): CompiledTemplate {
  if (networkTemplate === null) return deps.compile(body);
  const use = networkTemplateUse.parse(networkTemplate);
  return compileNetworkTemplate(use, { preview: body, compile: deps.compile });
}

function keepLane(
  deps: EngineDeps,
  settings: EngineSettings,
  {
    lease,
    lost,
    wait,
  }: { readonly lease: LaneLease; readonly lost: AbortController; readonly wait: () => LaneWait },
): () => void {
  return every(settings.leaseMs / 3, async () => {
    // With the database away the lease goes on or ends by its clock; the claims protect every recipient.
    const isHeld = await renewLane(deps.db.statement, lease, { leaseMs: settings.leaseMs, ...wait() });
    if (!isHeld) lost.abort();
  });
}
