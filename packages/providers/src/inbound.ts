import type { MediaKind } from './message-content.ts';

/** Whoever is at the other end, by every name that a network gave. */
export interface Person {
  /** E.164 with its plus sign; absent for somebody whose number is hidden. */
  readonly phone?: string;
  /** An id that a business or a device has for the person: Meta's business-scoped id, or a LID. */
  readonly userId?: string;
  readonly parentUserId?: string;
  readonly username?: string;
  readonly name?: string;
}

/** What a person's message holds. */
export type InboundContent =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'media';
      readonly media: MediaKind;
      /** How the network finds the file; it keeps files for some days only. */
      readonly mediaId: string;
      readonly mimeType: string;
      readonly sha256?: string;
      readonly caption?: string;
      readonly filename?: string;
      readonly isVoice?: boolean;
    }
  /** A quick reply of a template was tapped. */
  | { readonly kind: 'button'; readonly text: string; readonly payload: string }
  /** A button or a row of an interactive message was chosen. */
  | { readonly kind: 'choice'; readonly of: 'buttons' | 'list'; readonly id: string; readonly title: string }
  /** Without an emoji: the reaction was taken back. */
  | { readonly kind: 'reaction'; readonly to: string; readonly emoji?: string }
  | {
      readonly kind: 'location';
      readonly latitude: number;
      readonly longitude: number;
      readonly name?: string;
    }
  /** Of a type, or of a shape, that is not known here: kept as it came. */
  | { readonly kind: 'other'; readonly type: string; readonly raw: unknown };

/** A message from a person to one of our connections. May come twice, late and in any order. */
export interface InboundMessage {
  readonly kind: 'message';
  /** The same for every copy of this message, and for no other of its connection. */
  readonly key: string;
  readonly connectionId: string;
  readonly at: Date;
  /** The network's id of the message. */
  readonly providerMessageId: string;
  /** With a `phone`, a `userId`, or both. */
  readonly from: Person;
  readonly content: InboundContent;
  /** The network's id of the message that this one answers. */
  readonly answers?: string;
  readonly groupId?: string;
}

/** A person told the network, not us, to stop or resume marketing. */
export interface InboundPreference {
  readonly kind: 'preference';
  readonly key: string;
  readonly connectionId: string;
  readonly at: Date;
  readonly choice: 'stop' | 'resume';
  readonly person: Person;
  /** What we know it from, such as `user_preferences` or `failed_message`. */
  readonly evidence: string;
}

/** What people do on their own account. */
export type Inbound = InboundMessage | InboundPreference;

/** Takes it over for good when it resolves; until then the provider keeps it and may repeat it. */
export type InboundListener = (inbound: readonly Inbound[]) => Promise<void>;
