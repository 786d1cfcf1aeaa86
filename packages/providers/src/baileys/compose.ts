import type { proto } from 'baileys';
import { randomBytes } from 'node:crypto';
import type { MediaKind, MessageContent } from '../message-content.ts';
import type { ProviderLimits, SendRequest } from '../provider.ts';
import { networkIdOf } from '../wuzapi/message-id.ts';
import { addressOf } from './addresses.ts';
import type { PreparedMedia } from './media/prepare-media.ts';

/** What of WhatsApp's own limits is known to hold for what a client sends. */
export const baileysLimits: ProviderLimits = { textChars: 65_536, captionChars: 1_024 };

/** A file that has still to be fetched. */
export interface MediaPlan {
  readonly media: MediaKind;
  readonly link: string;
  readonly caption: string | undefined;
  readonly filename: string | undefined;
}

/** A request that makes sense, or why it does not. */
export type Draft =
  | {
      readonly ok: true;
      readonly id: string;
      readonly address: string;
      readonly body: { readonly text: string } | MediaPlan;
    }
  | { readonly ok: false; readonly details: string };

/** Reads a request before anything leaves. */
export function draftOf({ messageId, to, text, content, replyTo }: SendRequest): Draft {
  const id = networkIdOf(messageId);
  const address = addressOf(to);
  if (id === undefined) return { ok: false, details: "The message's id is no UUID." };
  if (address === undefined)
    return { ok: false, details: 'The recipient is no phone number and no user id.' };
  if (replyTo === '') return { ok: false, details: 'The message that is answered has no id.' };
  const body = bodyOf(content ?? { kind: 'text', text });
  return typeof body === 'string' ? { ok: false, details: body } : { ok: true, id, address, body };
}

function bodyOf(content: MessageContent): { readonly text: string } | MediaPlan | string {
  const { textChars = 0, captionChars = 0 } = baileysLimits;
  switch (content.kind) {
    case 'text':
      if (content.text === '') return 'The text is empty.';
      if (content.text.length > textChars) return `The text is over ${textChars} characters.`;
      return content.text.isWellFormed() ? { text: content.text } : 'The text holds half a character.';
    case 'media': {
      const { media, source, caption, filename } = content;
      if (!('link' in source)) return 'A file is sent by its link.';
      if ((caption?.length ?? 0) > captionChars) return `The caption is over ${captionChars} characters.`;
      if (caption && (media === 'audio' || media === 'sticker')) return `An ${media} file has no caption.`;
      return { media, link: source.link, caption, filename };
    }
    case 'template':
    case 'buttons':
      return `WhatsApp Web sends no ${content.kind}.`;
    default:
      return content satisfies never;
  }
}

/** What is encrypted. `replyTo` is WhatsApp's id of a message of the person's own. */
export function messageOf(
  body: { readonly text: string } | { readonly prepared: PreparedMedia; readonly plan: MediaPlan },
  address: string,
  replyTo: string | undefined,
): proto.IMessage {
  const contextInfo =
    replyTo === undefined
      ? {}
      : { contextInfo: { stanzaId: replyTo, participant: address, quotedMessage: { conversation: '' } } };
  // By this the person can report the message to WhatsApp.
  const messageContextInfo = { messageSecret: randomBytes(32) };
  if ('text' in body) return { messageContextInfo, extendedTextMessage: { text: body.text, ...contextInfo } };
  const { prepared, plan } = body;
  const caption = plan.caption === undefined ? {} : { caption: plan.caption };
  const { imageMessage, videoMessage, audioMessage, documentMessage, stickerMessage } = prepared.part;
  if (imageMessage)
    return { messageContextInfo, imageMessage: { ...imageMessage, ...caption, ...contextInfo } };
  if (videoMessage)
    return { messageContextInfo, videoMessage: { ...videoMessage, ...caption, ...contextInfo } };
  if (audioMessage) return { messageContextInfo, audioMessage: { ...audioMessage, ...contextInfo } };
  if (stickerMessage) return { messageContextInfo, stickerMessage: { ...stickerMessage, ...contextInfo } };
  const fileName = plan.filename ?? 'file';
  return {
    messageContextInfo,
    documentMessage: { ...documentMessage, fileName, title: fileName, ...caption, ...contextInfo },
  };
}
