/** What a transport can promise; the engine chooses how to use it from these alone. */
export interface ProviderAbilities {
  /** A second request with the same `messageId` reaches nobody twice and is answered like the first. */
  readonly deduplicates: boolean;
  /** Delivered and read receipts arrive through `onReceipt`. */
  readonly receipts: boolean;
  /** Requests of one sender that may be under way at once. */
  readonly maxInFlight: number;
}

/** One message for one person, rendered. */
export interface SendRequest {
  /** Ours, stable over attempts: the key that a deduplicating network goes by. */
  readonly messageId: string;
  /** E.164, with its plus sign. */
  readonly to: string;
  readonly text: string;
  /** The connection that sends. */
  readonly sender: string;
  /** What the message belongs to (a campaign); providers that can carry it give it back in receipts. */
  readonly reference: string;
  /** 1 for the first request of this message, counted up by every request whatever became of the last. */
  readonly attempt: number;
}

export interface SendOptions {
  readonly signal: AbortSignal;
  /**
   * An instant of `performance.now()`: a provider puts nothing on the wire after it and answers `not_sent`.
   * It protects against a process that was frozen after it had been allowed to send.
   */
  readonly notAfterMs: number;
}

/**
 * What is known after a request. `not_sent`: certainly nobody got it, ask again. `refused`: certainly nobody
 * will, by a documented answer. `unknown`: the request left and what became of it cannot be known from here.
 */
export type SendOutcome =
  | { readonly kind: 'sent'; readonly providerMessageId: string }
  | { readonly kind: 'not_sent'; readonly code: string; readonly retryAfterMs?: number }
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'unknown'; readonly code: string };

/** Later news of a message. May come twice, late, in any order, and before `send` has answered. */
export interface Receipt {
  readonly messageId: string;
  readonly kind: 'delivered' | 'read' | 'failed';
  readonly at: Date;
}

/** Takes receipts over for good when it resolves; until then the provider keeps them and may repeat them. */
export type ReceiptListener = (receipts: readonly Receipt[]) => Promise<void>;

/** A WhatsApp transport. */
export interface Provider {
  readonly name: 'simulator' | 'cloud-api' | 'wuzapi' | 'baileys';
  readonly abilities: ProviderAbilities;
  /** Never rejects: what went wrong is part of the outcome. Abort before the first byte is `not_sent`. */
  send(request: SendRequest, options: SendOptions): Promise<SendOutcome>;
  /** Begins to hand over receipts; one listener at a time. Answers the function that stops it. */
  onReceipt(listener: ReceiptListener): () => Promise<void>;
  /** Waits for requests under way and stops receipts. Idempotent; `send` answers `not_sent` afterwards. */
  close(): Promise<void>;
}
