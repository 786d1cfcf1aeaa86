import type { InboundListener } from './inbound.ts';
import type { ContentKind, MessageContent } from './message-content.ts';

/** What a network takes at most; a part that is missing has no limit that is known. */
export interface ProviderLimits {
  /** Characters of a text message. */
  readonly textChars?: number;
  /** Characters beneath a file. */
  readonly captionChars?: number;
  /** Buttons of one message, and characters of a button's title. */
  readonly buttons?: number;
  readonly buttonTitleChars?: number;
  /** Messages a second for one sender, unless its network says otherwise. */
  readonly perSecond?: number;
  /** Milliseconds between two messages to the same person. */
  readonly perRecipientMs?: number;
}

/** What a transport can promise; the engine chooses how to use it from these alone. */
export interface ProviderAbilities {
  /** A second request with the same `messageId` reaches nobody twice and is answered like the first. */
  readonly deduplicates: boolean;
  /** Delivered and read receipts arrive through `onReceipt`. */
  readonly receipts: boolean;
  /** Requests of one sender that may be under way at once. */
  readonly maxInFlight: number;
  /** Kinds of content it can send; absent: text. Any other is `refused`, and nothing leaves. */
  readonly contents?: readonly ContentKind[];
  /** Hears what people answer. Absent: it does not. */
  readonly inbound?: boolean;
  readonly limits?: ProviderLimits;
}

/** One message for one person, rendered. */
export interface SendRequest {
  /** Ours, stable over attempts: the key that a deduplicating network goes by. */
  readonly messageId: string;
  /** E.164 with its plus sign; or the id a network gives to a person whose number it keeps to itself. */
  readonly to: string;
  /** The message in plain words: what is sent, unless `content` is given. */
  readonly text: string;
  /** What to send instead of `text`. */
  readonly content?: MessageContent;
  /** The network's id of the message that this one answers. */
  readonly replyTo?: string;
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
 * What an answer means beyond its own message. `wait_recipient`: this person can get no more for a while, others
 * can. `slow_down`: the sender is too fast. `pause_connection`: the sender can send nothing until somebody acts.
 * `pause_campaign`: what is being sent cannot be sent to anybody. `opt_out`: the person wants no marketing.
 */
export type SendEffect = 'wait_recipient' | 'slow_down' | 'pause_connection' | 'pause_campaign' | 'opt_out';

/** What the network said, in its own terms, for support and for the log. Holds no secret and no message. */
export interface NetworkError {
  /** The network's number for it; absent when only an HTTP status is known. */
  readonly code?: number;
  readonly httpStatus?: number;
  readonly details?: string;
  /** What the network's support asks for. */
  readonly traceId?: string;
}

interface OutcomeNotes {
  readonly effect?: SendEffect;
  readonly error?: NetworkError;
}

/**
 * What is known after a request. `not_sent`: certainly nobody got it, ask again. `refused`: certainly nobody
 * will, by a documented answer. `unknown`: the request left and what became of it cannot be known from here.
 */
export type SendOutcome =
  | {
      readonly kind: 'sent';
      readonly providerMessageId: string;
      /** The form of the number that the network knows, E.164, where it says one: Brazil's may lack a digit. */
      readonly reachedAs?: string;
      /** Taken, but held back for now: a receipt tells whether it leaves or is dropped. */
      readonly isHeld?: boolean;
    }
  | ({ readonly kind: 'not_sent'; readonly code: string; readonly retryAfterMs?: number } & OutcomeNotes)
  | ({ readonly kind: 'refused'; readonly code: string } & OutcomeNotes)
  | ({ readonly kind: 'unknown'; readonly code: string } & OutcomeNotes);

/** Later news of a message. May come twice, late, in any order, and before `send` has answered. */
export interface Receipt {
  readonly messageId: string;
  /** `sent`: the network has it, which settles an outcome that was lost. */
  readonly kind: 'sent' | 'delivered' | 'read' | 'failed';
  readonly at: Date;
  /** The network's id of the message, where the receipt carries it. */
  readonly providerMessageId?: string;
  /** Why it failed, in the words of `SendOutcome`'s codes; absent when the network does not say. */
  readonly code?: string;
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
  /** Begins to hand over what people send; one listener at a time. Absent where `abilities.inbound` is not true. */
  onInbound?(listener: InboundListener): () => Promise<void>;
  /** Waits for requests under way and stops receipts. Idempotent; `send` answers `not_sent` afterwards. */
  close(): Promise<void>;
}
