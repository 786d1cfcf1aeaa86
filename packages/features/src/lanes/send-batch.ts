import { setTimeout as pause } from 'node:timers/promises';
import type { SendOutcome } from '@zaphub/providers';
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
import type { CompiledTemplate } from '../templates/index.ts';
import { type DirectContent, readContents } from '../direct-messages/index.ts';
import { createDeadline, type Deadline } from './deadline.ts';
import type { LaneState } from './lane-state.ts';
import type { LaneCampaign } from './lane-work.ts';
import type { Pace } from './pace.ts';
import { directTexts, needsAttributes, renderBatch } from './render-batch.ts';
import { withRetries } from './retry-statement.ts';
import { type Outgoing, sendMessages } from './send-messages.ts';

const recordForMs = 30_000;

/** A campaign within a turn. */
export interface BatchCampaign extends LaneCampaign {
  readonly template: CompiledTemplate;
  readonly pace: Pace;
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
 */
export async function sendBatch(
  lane: LaneState,
  campaign: BatchCampaign,
  kind: 'fresh' | 'retry',
): Promise<BatchResult> {
  const { deps, settings } = lane;
  await deps.failpoints?.hit('before-claim');
  // Started before the claim, so that it ends before the lease does.
  const deadline = createDeadline(settings.leaseMs - settings.marginMs);
  const startedMs = performance.now();
  const claim = await claimBatch(deps.db.statement, {
    connectionId: lane.lease.connectionId,
    campaignId: campaign.id,
    owner: settings.owner,
    leaseMs: settings.leaseMs,
    limit: lane.claimLimit(campaign.ratePerSecond),
    needsAttributes: needsAttributes(campaign.template),
    kind,
  });
  if (claim === undefined) return { hasTaken: false, sent: 0, isRunning: true };
  if (claim.messages.length === 0) {
    // All of it was skipped. An open claim would keep the campaign from its end until its lease is over.
    if (claim.fence > 0) await endClaim(deps.db.statement, claim.fence);
    return { hasTaken: true, sent: 0, isRunning: true };
  }
  const batch = new Batch(lane, campaign, claim, deadline);
  try {
    if (campaign.isDirect) await batch.readContents();
    await deps.failpoints?.hit('after-claim');
    await batch.run();
  } finally {
    await batch.end();
  }
  lane.learn(batch.sent, performance.now() - startedMs);
  return { hasTaken: true, sent: batch.sent, isRunning: batch.isRunning };
}

class Batch {
  sent = 0;
  isRunning = true;
  readonly #lane: LaneState;
  readonly #campaign: BatchCampaign;
  readonly #claim: Claim;
  readonly #deadline: Deadline;
  /** The recording of the last chunk; awaited before the next one is recorded and at the end. */
  #recording: Promise<void> = Promise.resolve();
  /** What direct messages say, each for itself; `undefined` for a campaign, which has one text. */
  #contents: ReadonlyMap<string, DirectContent> | undefined;
  /** Rows of the claim that have been marked or skipped: the rest goes back. */
  #settled = 0;

  constructor(lane: LaneState, campaign: BatchCampaign, claim: Claim, deadline: Deadline) {
    this.#lane = lane;
    this.#campaign = campaign;
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
      const size = this.#chunkSize();
      const leave = await this.#mayGoOn();
      if (leave === undefined) return;
      const chunk = messages.slice(at, at + size);
      at += chunk.length;
      try {
        if (!(await this.#sendChunk(chunk, leave))) return;
      } finally {
        leave();
      }
    }
  }

  /** Waits for the last recording, then gives back what was not marked and ends the claim. */
  async end(): Promise<void> {
    const { deps } = this.#lane;
    const { fence, messages } = this.#claim;
    await this.#recording;
    await withRetries(recordForMs, async () => {
      if (this.#settled === messages.length) await endClaim(deps.db.statement, fence);
      else await handBack(deps.db.statement, fence);
    });
  }

  #chunkSize(): number {
    const { settings, provider, pace } = this.#lane;
    if (provider.isOnTrial()) return 1;
    // A lost outcome cannot be asked again there: never more rows in that danger than requests under way.
    const atRisk = provider.abilities.deduplicates ? settings.chunkSize : this.#lane.inFlight;
    return Math.min(settings.chunkSize, atRisk, pace.burst, this.#campaign.pace.burst);
  }

  /** Waits for the pace and holds its gate; `undefined` when the batch must stop here. */
  async #mayGoOn(): Promise<(() => void) | undefined> {
    const { stopping } = this.#lane;
    const waitMs = this.#waitMs();
    if (waitMs > 0 && !stopping.aborted && performance.now() + waitMs < this.#deadline.atMs) {
      await pause(waitMs, undefined, { signal: stopping }).catch(() => undefined);
    }
    // The lane's gate also keeps the order of its campaigns; without a rate of its own, only the campaign's counts.
    const gate = this.#lane.pace.gate ?? this.#campaign.pace.gate;
    const permit = await gate?.acquire();
    const leave = (): void => permit?.release();
    const mayGo = !stopping.aborted && this.#waitMs() <= 1 && !this.#deadline.isOver();
    if (mayGo) return leave;
    leave();
    return undefined;
  }

  #waitMs(): number {
    return Math.max(this.#lane.pace.waitMs(), this.#campaign.pace.waitMs());
  }

  /** @param leave called as soon as the pace has counted what leaves */
  async #sendChunk(chunk: readonly ClaimedMessage[], leave: () => void): Promise<boolean> {
    const { deps } = this.#lane;
    const { texts, skipped } =
      this.#contents === undefined
        ? renderBatch(this.#campaign.template, chunk)
        : directTexts(this.#contents, chunk);
    for (const [reason, ids] of skipped) {
      await skipClaimed(deps.db.statement, this.#ref(), ids, reason);
      this.#settled += ids.length;
    }
    const sendable = chunk.filter((message) => texts.has(message.id));
    if (sendable.length === 0) return true;
    const marked = await this.#mark(sendable);
    if (marked === undefined) return false;
    await deps.failpoints?.hit('after-mark-sending');
    const outgoing: Outgoing[] = marked.map((message) => ({
      ...message,
      text: texts.get(message.id) ?? '',
      ...this.#contents?.get(message.id),
    }));
    this.#lane.pace.take(outgoing.length);
    this.#campaign.pace.take(outgoing.length);
    leave();
    await this.#sendAndRecord(outgoing);
    return true;
  }

  /** The rows that may leave now; `undefined` when the claim is over: paused, cancelled, or its lease ended. */
  async #mark(messages: readonly ClaimedMessage[]): Promise<readonly ClaimedMessage[] | undefined> {
    const { deps } = this.#lane;
    const input = { campaignId: this.#campaign.id, fence: this.#claim.fence, messages };
    try {
      const mark = await markSending(deps.db.statement, input);
      this.#settled += mark.settled;
      this.isRunning = mark.status === 'running';
      if (!this.isRunning || !mark.isLeased) return undefined;
      return mark.ids.size === messages.length
        ? messages
        : messages.filter((message) => mark.ids.has(message.id));
    } catch (error) {
      // The mark may have been committed although its answer was lost. Nothing left: say so, if it was.
      this.#record(messages, () => ({ kind: 'not_sent', code: 'not_started', retryAfterMs: 0 }));
      throw error;
    }
  }

  async #sendAndRecord(outgoing: readonly Outgoing[]): Promise<void> {
    const { deps, settings, provider } = this.#lane;
    const outcomes = await sendMessages(provider, outgoing, {
      connectionId: this.#lane.lease.connectionId,
      campaignId: this.#campaign.id,
      deadline: this.#deadline,
      timeoutMs: settings.sendTimeoutMs,
      maxInFlight: this.#lane.inFlight,
    });
    this.#lane.heed(outcomes);
    await this.#applyEffects(outgoing, outcomes);
    await deps.failpoints?.hit('after-provider-reply');
    for (const outcome of outcomes) if (outcome.kind === 'sent') this.sent++;
    // One recording at a time: results of a chunk are in the ledger before those of the next but one are awaited.
    await this.#recording;
    this.#record(outgoing, (index) => outcomes[index] ?? { kind: 'unknown', code: 'no_outcome' });
  }

  /** Before the recording: what must stop has stopped when the rows are back in the queue. */
  async #applyEffects(outgoing: readonly Outgoing[], outcomes: readonly SendOutcome[]): Promise<void> {
    const { deps, lease } = this.#lane;
    const { applyEffects } = deps;
    if (applyEffects === undefined || !outcomes.some(hasEffect)) return;
    const { tenantId, id: campaignId } = this.#campaign;
    const contacts = new Map(this.#claim.messages.map((message) => [message.id, message.contactId]));
    const answers = outgoing.flatMap((message, index) => {
      const [contactId, outcome] = [contacts.get(message.id), outcomes[index]];
      return contactId === undefined || outcome === undefined ? [] : [{ contactId, outcome }];
    });
    const batch = { tenantId, connectionId: lease.connectionId, campaignId, answers };
    await withRetries(recordForMs, () => applyEffects(batch)).catch((error: unknown) => {
      // The results must be recorded all the same; the next answer says it again.
      deps.logger.error('what a network’s answers ask for could not be done', { campaign: campaignId, error });
    });
  }

  #record(
    messages: readonly { readonly id: string; readonly requests: number; readonly lostOutcomes: number }[],
    outcomeOf: (index: number) => Parameters<typeof transitionOf>[1],
  ): void {
    const { deps, provider } = this.#lane;
    const rules = {
      deduplicates: provider.abilities.deduplicates,
      unknownPolicy: this.#campaign.unknownPolicy,
    };
    const transitions = messages.map((message, index) => transitionOf(message, outcomeOf(index), rules));
    const recording = withRetries(recordForMs, () =>
      recordOutcomes(deps.db.statement, this.#ref(), transitions),
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

function hasEffect(outcome: SendOutcome): boolean {
  return outcome.kind !== 'sent' && outcome.effect !== undefined && outcome.effect !== 'wait_recipient';
}
