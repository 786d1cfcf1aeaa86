import type { InboundContent, Person } from '../../inbound.ts';
import type { GraphError } from '../graph-error.ts';
import type { ErrorClass } from '../error-table.ts';

interface Event {
  /** The same for every copy of this event, and for no other: what a store de-duplicates by. */
  readonly key: string;
  readonly phoneNumberId: string;
  readonly at: Date;
}

/** What became of a message that was sent. May come twice, late, in any order, and before the answer to its request. */
export interface StatusEvent extends Event {
  readonly kind: 'status';
  readonly status: 'sent' | 'delivered' | 'read' | 'failed';
  /** Meta's id of the message. */
  readonly providerMessageId: string;
  /** Ours, when the message was sent from here. */
  readonly messageId?: string;
  readonly recipient: Person;
  /** Of `failed`: what Meta says, and how it is to be read. */
  readonly error?: Pick<GraphError, 'code' | 'details'> & {
    readonly class: ErrorClass;
    readonly reason: string;
  };
}

/** A message from a person. */
export interface InboundEvent extends Event {
  readonly kind: 'inbound';
  readonly providerMessageId: string;
  /** With a `phone`, a `userId`, or both. */
  readonly from: Person;
  readonly content: InboundContent;
  /** Meta's id of the message that this one answers. */
  readonly answers?: string;
  readonly groupId?: string;
}

/** A person stopped or resumed marketing. */
export interface PreferenceEvent extends Event {
  readonly kind: 'preference';
  readonly choice: 'stop' | 'resume';
  readonly person: Person;
  /** `failed_message`: nobody was told by `user_preferences`, but Meta refused a message for it (131050). */
  readonly evidence: 'user_preferences' | 'failed_message';
}

/** A template changed its status, category or quality: the list is to be read again. */
export interface TemplateEvent {
  readonly kind: 'template';
  readonly key: string;
  readonly at?: Date;
  readonly businessAccountId: string;
  readonly templateId: string;
  readonly name: string;
  readonly language: string;
  readonly change: string;
}

/** Something about the account or its number changed: restricted, banned, faster, renamed. */
export interface AccountEvent {
  readonly kind: 'account';
  readonly key: string;
  readonly at?: Date;
  readonly businessAccountId: string;
  /** Meta's name of the notice, such as `account_update` or `phone_number_quality_update`. */
  readonly field: string;
  /** What happened in Meta's word, such as `DISABLED_UPDATE`, `ACCOUNT_RESTRICTION` or `THROUGHPUT_UPGRADE`. */
  readonly event?: string;
  /** The notice as it came; each has a shape of its own. */
  readonly value: unknown;
}

export type WebhookEvent = StatusEvent | InboundEvent | PreferenceEvent | TemplateEvent | AccountEvent;

/** A part of a webhook that nothing here understands, kept as it came. */
export interface UnknownPart {
  /** Where it stood: `entry.0.changes.1.value.messages.0`. */
  readonly path: string;
  readonly why: string;
  readonly value: unknown;
}

/** Everything that a webhook holds. `events` and `unknown` together leave nothing out. */
export interface WebhookContents {
  readonly events: readonly WebhookEvent[];
  readonly unknown: readonly UnknownPart[];
}
