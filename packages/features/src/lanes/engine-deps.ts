import type { Database } from '@zaphub/db';
import type { Provider, SendOutcome } from '@zaphub/providers';
import type { Logger } from '@zaphub/telemetry';
import type { Failpoints } from '../failpoints.ts';
import type { HealthCounter } from '../number-health/index.ts';
import type { CompiledTemplate } from '../templates/index.ts';

/** What the sending engine works with. */
export interface EngineDeps {
  /** Logged in as the engine's role, with the settings of `ledgerConnectionString`. */
  readonly db: Database;
  /** The transport of a kind of connection; `undefined` for one this process does not run. */
  readonly providerFor: (kind: string) => Provider | undefined;
  readonly compile: (body: string) => CompiledTemplate;
  readonly logger: Logger;
  /** Told after each change of a campaign's numbers; must be cheap. */
  readonly onProgress?: (campaign: { readonly id: string; readonly tenantId: string }) => void;
  /** Told when a campaign has completed. */
  readonly onFinished?: (campaign: { readonly id: string; readonly tenantId: string }) => void;
  /** Carries out what answers mean beyond their messages; absent: nothing is done about it. */
  readonly applyEffects?: ApplyEffects;
  /** Counts what happens to numbers, for the judgement of their health. */
  readonly health?: Pick<HealthCounter, 'note'>;
  readonly failpoints?: Failpoints;
}

/** The answers of one batch, with whom they are about. */
export interface AnsweredBatch {
  readonly tenantId: string;
  readonly connectionId: string;
  readonly campaignId: string;
  readonly answers: readonly { readonly contactId: string; readonly outcome: SendOutcome }[];
}

/** Awaited before the answers are recorded: a row that goes back to the queue finds its number held already. */
export type ApplyEffects = (batch: AnsweredBatch) => Promise<void>;

/** Sizes and times of the engine; each has a default. */
export interface EngineOptions {
  /** Names this process in claims and lanes. */
  readonly owner: string;
  /** How long a claim or a lane is held without news of its owner. Default 30 000. */
  readonly leaseMs?: number;
  /** Rows of one claim at most; default 1 000. */
  readonly claimSize?: number;
  /** Rows marked, sent and recorded together at most; default 250. */
  readonly chunkSize?: number;
  /** Batches of one lane under way at once, when its provider deduplicates and no rate is set; default 3. */
  readonly streams?: number;
  /** Statements of the ledger under way at once, shared out among tenants by their plans; default 4. */
  readonly ledgerStatements?: number;
  /** A turn on a lane ends after so long; default 5 000. */
  readonly turnMs?: number;
  /** A request without an answer has an unknown outcome after so long; default 15 000. */
  readonly sendTimeoutMs?: number;
}

/** Every option with its value, and what follows from them. */
export interface EngineSettings extends Required<EngineOptions> {
  /** Nothing is sent in the last part of a lease: time for answers to arrive and be recorded. */
  readonly marginMs: number;
}

/** Fills in the defaults. */
export function engineSettings(options: EngineOptions): EngineSettings {
  const leaseMs = options.leaseMs ?? 30_000;
  const sendTimeoutMs = Math.min(options.sendTimeoutMs ?? 15_000, leaseMs / 2);
  return {
    owner: options.owner,
    leaseMs,
    claimSize: options.claimSize ?? 1_000,
    chunkSize: options.chunkSize ?? 250,
    streams: options.streams ?? 3,
    ledgerStatements: options.ledgerStatements ?? 4,
    turnMs: options.turnMs ?? 5_000,
    sendTimeoutMs,
    marginMs: sendTimeoutMs + leaseMs * 0.1,
  };
}
