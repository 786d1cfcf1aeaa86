import { setTimeout as pause } from 'node:timers/promises';
import type { MessageContent, SendOutcome } from '@zaphub/providers';
import { rememberReached } from '../identity/index.ts';
import {
  type Claim,
  claimBatch,
  type ClaimedMessage,
  endClaim,
  handBack,
  markSending,
  recordOutcomes,
  skipClaimed,
  transitionOf,
} from '../messages/index.ts';
import { countAnswers } from '../number-health/index.ts';
import { giveBackSends } from '../pacing/index.ts';
import { giveBackPoolTurn, takePoolTurn } from '../sender-pools/index.ts';
import type { CompiledTemplate } from '../templates/index.ts';
import { type DirectContent, readContents } from '../direct-messages/index.ts';
import { createDeadline, type Deadline } from './deadline.ts';
import type { LaneState } from './lane-state.ts';
import type { LaneCampaign } from './lane-work.ts';
import { mustWait, nextSlot, type Slot } from './next-slot.ts';
import { directTexts, needsAttributes, renderBatch } from './render-batch.ts';
import { withRetries } from './retry-statement.ts';
import { type Outgoing, sendMessages } from './send-messages.ts';
import { spaceSends } from './spaced-sends.ts';

const recordForMs = 30_000;
/** Time for the mark to be committed before the first message of its slot is to leave. */
const markAheadMs = 100;
/** What a claim or its end counts against the tenant's share of the ledger; marks and records count their rows. */
const claimCost = 25;

/** A campaign within a turn. */
export interface BatchCampaign extends LaneCampaign {
  readonly template: CompiledTemplate;
}

/** What one batch came to. */
export interface BatchResult {
  /** False when nothing of that kind is due. */
  readonly hasTaken: boolean;
  readonly sent: number;
  /** False when the campaign is no longer running. */
  readonly isRunning: boolean;
}

/**
 * Claims a batch and carries it to its end: mark, send and record in chunks, the recording of one beside the
 * marking of the next. Whatever stops it, rows that were not marked return to the queue; rows that were marked
 * are recorded, and the ones that certainly did not leave are recorded as that.
 *
 * @param campaignNow the campaign as the turn knows it by then: its limits may change under way
 */
export async function sendBatch(
  lane: LaneState,
  campaignNow: () => BatchCampaign,
  kind: 'fresh' | 'retry',
): Promise<BatchResult> {
  const { deps, settings } = lane;
  const campaign = campaignNow();
  if (await mustWait(lane, campaign)) return { hasTaken: true, sent: 0, isRunning: true };
  const limit = await claimLimit(lane, campaign, kind);
  if (limit === undefined) return { hasTaken: true, sent: 0, isRunning: true };
  await deps.failpoints?.hit('before-claim');
  // Started before the claim, so that it ends before the lease does.
  const deadline = createDeadline(settings.leaseMs - settings.marginMs);
  const startedMs = performance.now();
  const claim = await claimBatch(lane.ledger(claimCost), {
    connectionId: lane.lease.connectionId,
    campaignId: campaign.id,
    owner: settings.owner,
    leaseMs: settings.leaseMs,
    limit,
    needsAttributes: needsAttributes(campaign.template),
    kind,
    isPooled: campaign.poolId !== null,
    hasFrequencyCap: campaign.hasFrequencyCap,
  });
  if (campaign.poolId !== null && kind === 'fresh') {
    // Those in another number's line are not of this one's share.
    const unused = { ...poolTurnOf(lane, campaign), count: limit - (claim?.messages.length ?? 0) };
    await giveBackPoolTurn(deps.db.statement, unused);
  }
  if (claim === undefined) return { hasTaken: false, sent: 0, isRunning: true };
  if (claim.messages.length === 0) {
    // All of it was skipped. An open claim would keep the campaign from its end until its lease is over.
    if (claim.fence > 0) await endClaim(lane.ledger(1), claim.fence);
    return { hasTaken: true, sent: 0, isRunning: true };
  }
  const batch = new Batch(lane, campaignNow, { claim, deadline });
  try {
    if (campaign.isDirect) await batch.readContents();
    await deps.failpoints?.hit('after-claim');
    await batch.run();
  } finally {
    await batch.end();
  }
  lane.learn(batch.sent, performance.now() - startedMs, campaign.isLimited);
  return { hasTaken: true, sent: batch.sent, isRunning: batch.isRunning };
}

function poolTurnOf(lane: LaneState, campaign: BatchCampaign): { campaignId: string; connectionId: string } {
  return { campaignId: campaign.id, connectionId: lane.lease.connectionId };
}

/** How many may be claimed; `undefined` while it is another number's turn. */
async function claimLimit(
  lane: LaneState,
  campaign: BatchCampaign,
  kind: 'fresh' | 'retry',
): Promise<number | undefined> {
  const limit = lane.claimLimit(campaign);
  if (campaign.poolId === null || kind === 'retry') return limit;
  const turn = await takePoolTurn(lane.deps.db.statement, { ...poolTurnOf(lane, campaign), count: limit });
  if (turn.kind === 'take') return turn.count;
  lane.pace.holdCampaign(campaign.id, turn.inMs);
  return undefined;
}

class Batch {
  sent = 0;
  isRunning = true;
  readonly #lane: LaneState;
  readonly #campaign: BatchCampaign;
  readonly #campaignNow: () => BatchCampaign;
  readonly #claim: Claim;
  readonly #deadline: Deadline;
  /** The recording of the last chunk; awaited before the next one is recorded and at the end. */
  #recording: Promise<void> = Promise.resolve();
  /** What direct messages say, each for itself; `undefined` for a campaign, which has one text. */
  #contents: ReadonlyMap<string, DirectContent> | undefined;
  /** Rows of the claim that have been marked or skipped: the rest goes back. */
  #settled = 0;

  /** Chunks whose requests are under way while the next one waits for its slot, and how many requests they are. */
  readonly #underWay = new Set<Promise<void>>();
  #requests = 0;

  constructor(
    lane: LaneState,
    campaignNow: () => BatchCampaign,
    { claim, deadline }: { readonly claim: Claim; readonly deadline: Deadline },
  ) {
    this.#lane = lane;
    this.#campaign = campaignNow();
    this.#campaignNow = campaignNow;
    this.#claim = claim;
    this.#deadline = deadline;
  }

  async readContents(): Promise<void> {
    const ids = this.#claim.messages.map((message) => message.id);
    this.#contents = await readContents(this.#lane.deps.db.statement, this.#campaign.tenantId, ids);
  }

  async run(): Promise<void> {
    const { messages } = this.#claim;
    for (let at = 0; at < messages.length;) {
      await this.#room();
      const most = Math.min(messages.length - at, this.#chunkSize());
      const slot = await nextSlot(this.#lane, this.#campaignNow, { most, deadline: this.#deadline });
      if (slot === undefined) return;
      if (!(await this.#untilNear(slot))) return this.#giveBack(slot, slot.count);
      const chunk = messages.slice(at, at + slot.count);
      at += chunk.length;
      if (!(await this.#sendChunk(chunk, slot))) return;
    }
  }

  /** Waits for the last recording, then gives back what was not marked and ends the claim. */
  async end(): Promise<void> {
    const { fence, messages } = this.#claim;
    // All of them, whatever becomes of one: nothing is left running behind a turn.
    await Promise.allSettled(this.#underWay);
    await Promise.all(this.#underWay);
    await this.#recording;
    await withRetries(recordForMs, async () => {
      if (this.#settled === messages.length) await endClaim(this.#lane.ledger(1), fence);
      else await handBack(this.#lane.ledger(claimCost), fence);
    });
  }

  /** Waits while as many requests are under way as may be. */
  async #room(): Promise<void> {
    const { provider, inFlight } = this.#lane;
    while (this.#requests >= (provider.isOnTrial() ? 1 : inFlight)) await Promise.race(this.#underWay);
  }

  /** Slots are reserved ahead; opt-outs, pauses and holds are heeded until shortly before one. False: the turn ends. */
  async #untilNear({ spacing }: Slot): Promise<boolean> {
    const { stopping } = this.#lane;
    const waitMs = spacing === undefined ? 0 : spacing.atMs - performance.now() - markAheadMs;
    if (waitMs > 0) await pause(waitMs, undefined, { signal: stopping }).catch(() => undefined);
    return waitMs <= 0 || !stopping.aborted;
  }

  #chunkSize(): number {
    const { settings, provider, inFlight } = this.#lane;
    if (provider.isOnTrial()) return 1;
    // A lost outcome cannot be asked again there: never more rows in that danger than requests under way.
    const atRisk = provider.abilities.deduplicates ? settings.chunkSize : inFlight - this.#requests;
    return Math.min(settings.chunkSize, Math.max(1, atRisk));
  }

  async #sendChunk(chunk: readonly ClaimedMessage[], slot: Slot): Promise<boolean> {
    const { deps } = this.#lane;
    const { texts, contents, skipped } =
      this.#contents === undefined
        ? renderBatch(this.#campaign.template, chunk)
        : directTexts(this.#contents, chunk);
    for (const [reason, ids] of skipped) {
      await skipClaimed(this.#lane.ledger(ids.length), this.#ref(), ids, reason);
      this.#settled += ids.length;
    }
    const sendable = chunk.filter((message) => texts.has(message.id));
    const marked = sendable.length === 0 ? [] : await this.#mark(sendable);
    await this.#giveBack(slot, slot.count - (marked?.length ?? 0));
    if (marked === undefined) return false;
    if (sendable.length === 0) return true;
    await deps.failpoints?.hit('after-mark-sending');
    const outgoing: Outgoing[] = marked.map((message) => ({
      ...message,
      text: texts.get(message.id) ?? '',
      ...contentOf(contents.get(message.id)),
      ...this.#contents?.get(message.id),
    }));
    const sending = this.#sendAndRecord(outgoing, slot);
    // A slow answer does not keep the next one from leaving at its time.
    if (slot.spacing === undefined) await sending;
    else this.#follow(outgoing.length, sending);
    return true;
  }

  #follow(requests: number, sending: Promise<void>): void {
    this.#requests += requests;
    const followed = sending.finally(() => {
      this.#requests -= requests;
    });
    this.#underWay.add(followed);
    // Kept when it failed: whoever ends the batch has to hear of it.
    followed.then(
      () => this.#underWay.delete(followed),
      () => undefined,
    );
  }

  /** What was counted against the day's cap and did not leave. */
  async #giveBack({ day }: Slot, count: number): Promise<void> {
    if (day === null || count <= 0) return;
    const { deps, lease } = this.#lane;
    await giveBackSends(deps.db.statement, lease.connectionId, { day, count });
  }

  /** The rows that may leave now; `undefined` when the claim is over: paused, cancelled, or its lease ended. */
  async #mark(messages: readonly ClaimedMessage[]): Promise<readonly ClaimedMessage[] | undefined> {
    // A cap that was set meanwhile holds for what is left of the batch.
    const { id: campaignId, poolId, hasFrequencyCap } = this.#campaignNow();
    const input = {
      campaignId,
      fence: this.#claim.fence,
      messages,
      isPooled: poolId !== null,
      hasFrequencyCap,
    };
    try {
      const mark = await markSending(this.#lane.ledger(messages.length), input);
      this.#settled += mark.settled;
      this.isRunning = mark.status === 'running';
      // The number is held or cannot send any more: nothing else of this lane may leave either.
      if (mark.isLeased && !mark.canSend) this.#lane.stop();
      if (!this.isRunning || !mark.isLeased || !mark.canSend) return undefined;
      return mark.ids.size === messages.length
        ? messages
        : messages.filter((message) => mark.ids.has(message.id));
    } catch (error) {
      // The mark may have been committed although its answer was lost. Nothing left: say so, if it was.
      this.#record(messages, () => ({ kind: 'not_sent', code: 'not_started', retryAfterMs: 0 }));
      throw error;
    }
  }

  async #sendAndRecord(outgoing: readonly Outgoing[], slot: Slot): Promise<void> {
    const { deps, settings, provider, pace } = this.#lane;
    const transport = slot.spacing === undefined ? provider : spaceSends(provider, pace, slot.spacing);
    const outcomes = await sendMessages(transport, outgoing, {
      connectionId: this.#lane.lease.connectionId,
      campaignId: this.#campaign.id,
      deadline: this.#deadline,
      timeoutMs: settings.sendTimeoutMs,
      maxInFlight: this.#lane.inFlight,
    });
    this.#lane.heed(outcomes);
    deps.health?.note(this.#lane.lease, countAnswers(outcomes));
    const hasHeld = await this.#applyEffects(outgoing, outcomes);
    await deps.failpoints?.hit('after-provider-reply');
    for (const outcome of outcomes) if (outcome.kind === 'sent') this.sent++;
    // One recording at a time: results of a chunk are in the ledger before those of the next but one are awaited. Where
    // that failed, what is known by now is written down all the same.
    const before = this.#recording;
    await before.catch(() => undefined);
    this.#record(outgoing, (index) => {
      const outcome = outcomes[index] ?? { kind: 'unknown', code: 'no_outcome' };
      // What the number is held for holds this message too: released, it leaves at once.
      return hasHeld && isHeldWithNumber(outcome) ? { ...outcome, retryAfterMs: 0 } : outcome;
    });
    await before;
    await this.#giveBack(slot, outcomes.filter((outcome) => outcome.kind === 'not_sent').length);
    await this.#rememberForms(outgoing, outcomes);
  }

  /** The network knows a number in another form: the next message goes there. Rare, since it is remembered. */
  async #rememberForms(outgoing: readonly Outgoing[], outcomes: readonly SendOutcome[]): Promise<void> {
    if (!outcomes.some((outcome) => outcome.kind === 'sent' && outcome.reachedAs !== undefined)) return;
    const { deps } = this.#lane;
    const { tenantId, id: campaign } = this.#campaign;
    const contacts = new Map(this.#claim.messages.map((message) => [message.id, message.contactId]));
    const reached = outgoing.flatMap(({ id, recipient: to }, index) => {
      const [contactId, outcome] = [contacts.get(id), outcomes[index]];
      if (contactId === undefined || outcome?.kind !== 'sent') return [];
      const { reachedAs = to } = outcome;
      return reachedAs === to ? [] : [{ contactId, to, reachedAs }];
    });
    if (reached.length === 0) return;
    await rememberReached(deps.db.statement, tenantId, reached).catch((error: unknown) => {
      // The network says it again with the next message.
      deps.logger.warn('the form of a number was not remembered', { campaign, error });
    });
  }

  /** Before the recording: what must stop has stopped when the rows are back in the queue. */
  async #applyEffects(outgoing: readonly Outgoing[], outcomes: readonly SendOutcome[]): Promise<boolean> {
    const { deps, lease } = this.#lane;
    const { applyEffects } = deps;
    if (applyEffects === undefined || !outcomes.some(hasEffect)) return false;
    const { tenantId, id: campaignId } = this.#campaign;
    const contacts = new Map(this.#claim.messages.map((message) => [message.id, message.contactId]));
    const answers = outgoing.flatMap((message, index) => {
      const [contactId, outcome] = [contacts.get(message.id), outcomes[index]];
      return contactId === undefined || outcome === undefined ? [] : [{ contactId, outcome }];
    });
    const batch = { tenantId, connectionId: lease.connectionId, campaignId, answers };
    try {
      await withRetries(recordForMs, () => applyEffects(batch));
      return true;
    } catch (error) {
      // The results must be recorded all the same; the next answer says it again.
      deps.logger.error('what a network’s answers ask for could not be done', {
        campaign: campaignId,
        error,
      });
      return false;
    }
  }

  #record(
    messages: readonly { readonly id: string; readonly requests: number; readonly lostOutcomes: number }[],
    outcomeOf: (index: number) => Parameters<typeof transitionOf>[1],
  ): void {
    const { provider } = this.#lane;
    const rules = {
      deduplicates: provider.abilities.deduplicates,
      unknownPolicy: this.#campaign.unknownPolicy,
      isDirect: this.#campaign.isDirect,
    };
    const transitions = messages.map((message, index) => transitionOf(message, outcomeOf(index), rules));
    const recording = withRetries(recordForMs, () =>
      recordOutcomes(this.#lane.ledger(transitions.length), this.#ref(), transitions),
    );
    this.#recording = this.#afterRecording(this.#recording, recording);
    // Awaited later: until then a failure must not count as unhandled.
    this.#recording.catch(() => undefined);
  }

  async #afterRecording(before: Promise<void>, recording: Promise<number>): Promise<void> {
    const { deps } = this.#lane;
    const [, late] = await Promise.all([before, recording]);
    if (late > 0) {
      deps.logger.warn('results came after the rows had moved on', { campaign: this.#campaign.id, late });
    }
    await deps.failpoints?.hit('after-commit');
    deps.onProgress?.(this.#campaign);
  }

  #ref(): { tenantId: string; campaignId: string; fence: number } {
    return { tenantId: this.#campaign.tenantId, campaignId: this.#campaign.id, fence: this.#claim.fence };
  }
}

function contentOf(content: MessageContent | undefined): { content?: MessageContent } {
  return content === undefined ? {} : { content };
}

function isHeldWithNumber(outcome: SendOutcome): outcome is SendOutcome & { readonly kind: 'not_sent' } {
  return outcome.kind === 'not_sent' && outcome.effect === 'pause_connection';
}

function hasEffect(outcome: SendOutcome): boolean {
  return outcome.kind !== 'sent' && outcome.effect !== undefined && outcome.effect !== 'wait_recipient';
}
