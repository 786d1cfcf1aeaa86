import type { InboundMessage, InboundPreference } from './inbound.ts';
import type { NetworkError, Provider, Receipt } from './provider.ts';
import type { Secret } from './secret.ts';

/** What a network's webhooks say; everything in it may come twice, late and in any order. */
export interface WebhookNews {
  readonly receipts: readonly WebhookReceipt[];
  readonly inbound: readonly WebhookInbound[];
  readonly account: readonly AccountNotice[];
  readonly templates: readonly TemplateNotice[];
  /** Parts that nothing here understands, kept as they came. Together with the rest they leave nothing out. */
  readonly unknown: readonly { readonly path: string; readonly why: string; readonly value: unknown }[];
}

interface OfSender {
  /** The network's own name of the number it is about; absent: the connection that the webhook came to. */
  readonly sender?: string;
}

/** A receipt that names its message by our id, by the network's, or by both. */
export interface WebhookReceipt extends Omit<Receipt, 'messageId'>, OfSender {
  readonly messageId?: string;
  /** Of `failed`: what the network said, in its own terms. */
  readonly error?: NetworkError;
}

/** What a person did; whoever stores it knows the connection. */
export type WebhookInbound = (
  Omit<InboundMessage, 'connectionId'> | Omit<InboundPreference, 'connectionId'>
) &
  OfSender;

/** Something about the account or its number: restricted, faster, renamed, logged out. */
export interface AccountNotice extends OfSender {
  readonly key: string;
  readonly at?: Date;
  /** The network's name of the notice. */
  readonly field: string;
  /** What happened, in the network's word. */
  readonly event?: string;
  /** The notice as it came; each has a shape of its own. */
  readonly value: unknown;
}

/** A template changed its status, category or quality: the list is to be read again. */
export interface TemplateNotice {
  readonly key: string;
  readonly at?: Date;
  readonly templateId: string;
  readonly name: string;
  readonly language: string;
  readonly change: string;
}

/** Headers by their names in small letters; the first value of each. */
export type WebhookHeaders = Readonly<Record<string, string | undefined>>;

/** How the webhooks of one kind of connection are checked and read. Holds nothing and opens nothing. */
export interface WebhookSource {
  readonly provider: Provider['name'];
  /** Bodies beyond are refused. */
  readonly maxBytes: number;
  /** Headers without which a body cannot be read, in small letters; they are stored beside it. */
  readonly keeps?: readonly string[];
  /**
   * The text to answer a network that asks whether the address is ours; `undefined`: it is not to be told so. Absent
   * where a network never asks.
   */
  challenge?(
    query: Readonly<Record<string, string | undefined>>,
    secrets: Readonly<Record<string, Secret>>,
  ): string | undefined;
  /**
   * Does a body, as its bytes came, come from the network? Never throws, and takes as long for no as for yes.
   * `secrets` are the connection's credentials; without the one that is needed the answer is no.
   */
  isGenuine(raw: Uint8Array, headers: WebhookHeaders, secrets: Readonly<Record<string, Secret>>): boolean;
  /** `status`: it holds receipts only, as far as a look at the bytes can tell. Decides who works on it, and when. */
  kindOf(raw: Uint8Array): 'status' | 'receive';
  /** Reads a body that was genuine. Never throws; pure: the same bytes give the same news with the same keys. */
  parse(raw: Uint8Array, headers: WebhookHeaders): WebhookNews;
}
