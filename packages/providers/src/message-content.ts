/** A file that a network already holds, or that it is to fetch itself. */
export type MediaSource = { readonly id: string } | { readonly link: string };

/** What kind of file a media message carries. */
export type MediaKind = 'image' | 'video' | 'audio' | 'document' | 'sticker';

/** One value for a place in a template; `name` only where the template names its places. */
export interface TemplateValue {
  readonly text: string;
  readonly name?: string;
}

/** The variable part of a template's head: values of its text, or the file it shows. */
export type TemplateHeader =
  | { readonly kind: 'text'; readonly values: readonly TemplateValue[] }
  | {
      readonly kind: 'image' | 'video' | 'document';
      readonly source: MediaSource;
      /** Of a document. */
      readonly filename?: string;
    };

/** The variable part of one button of a template; `index` counts from 0, in the template's order. */
export type TemplateButton =
  | { readonly kind: 'quick_reply'; readonly index: number; readonly payload: string }
  | { readonly kind: 'url'; readonly index: number; readonly suffix: string }
  | { readonly kind: 'copy_code'; readonly index: number; readonly code: string };

/** A message that a network has approved before, with this recipient's values. */
export interface TemplateContent {
  readonly kind: 'template';
  readonly name: string;
  /** As the network spells it: `pt_BR`, `en_US`. */
  readonly language: string;
  readonly header?: TemplateHeader;
  /** In the order of the places, unless they are named. */
  readonly body?: readonly TemplateValue[];
  readonly buttons?: readonly TemplateButton[];
}

/** What one message says. */
export type MessageContent =
  | { readonly kind: 'text'; readonly text: string; readonly previewsLinks?: boolean }
  | {
      readonly kind: 'media';
      readonly media: MediaKind;
      readonly source: MediaSource;
      /** Not for audio and stickers. */
      readonly caption?: string;
      /** Of a document. */
      readonly filename?: string;
    }
  | TemplateContent
  | {
      readonly kind: 'buttons';
      readonly text: string;
      readonly footer?: string;
      readonly buttons: readonly { readonly id: string; readonly title: string }[];
    };

/** One kind of content; a provider names those it can send. */
export type ContentKind = MessageContent['kind'];
