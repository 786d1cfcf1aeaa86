import type { proto } from 'baileys';
import type { InboundContent } from '../inbound.ts';
import type { MediaKind } from '../message-content.ts';
import type { Baileys } from './load-baileys.ts';

/** What a message of a person says; `undefined` for what is no message of theirs, such as a change of settings. */
export function contentOf(
  { lib }: Baileys,
  message: proto.IMessage,
): { readonly content: InboundContent; readonly answers?: string } | undefined {
  const inner = lib.normalizeMessageContent(message);
  if (!inner) return undefined;
  if (inner.protocolMessage || inner.senderKeyDistributionMessage) return undefined;
  const content = knownContent(inner);
  const stanzaId = contextOf(inner)?.stanzaId;
  const answers = stanzaId && content.kind !== 'reaction' ? { answers: stanzaId } : {};
  return { content, ...answers };
}

function knownContent(message: proto.IMessage): InboundContent {
  const text = message.conversation ?? message.extendedTextMessage?.text;
  if (text) return { kind: 'text', text };
  return mediaOf(message) ?? chosenOf(message) ?? otherOf(message);
}

function mediaOf(message: proto.IMessage): InboundContent | undefined {
  const { imageMessage, videoMessage, audioMessage, documentMessage, stickerMessage } = message;
  const file = imageMessage ?? videoMessage ?? audioMessage ?? documentMessage ?? stickerMessage;
  if (!file?.directPath || !file.mediaKey) return undefined;
  const media: MediaKind = imageMessage
    ? 'image'
    : videoMessage
      ? 'video'
      : audioMessage
        ? 'audio'
        : documentMessage
          ? 'document'
          : 'sticker';
  const caption = imageMessage?.caption ?? videoMessage?.caption ?? documentMessage?.caption;
  return {
    kind: 'media',
    media,
    // Where it lies and what opens it: neither finds the file alone.
    mediaId: `${file.directPath}#${base64(file.mediaKey)}`,
    mimeType: file.mimetype ?? 'application/octet-stream',
    ...(file.fileSha256 ? { sha256: base64(file.fileSha256) } : {}),
    ...(caption ? { caption } : {}),
    ...(documentMessage?.fileName ? { filename: documentMessage.fileName } : {}),
    ...(audioMessage?.ptt ? { isVoice: true } : {}),
  };
}

function chosenOf(message: proto.IMessage): InboundContent | undefined {
  const { buttonsResponseMessage, templateButtonReplyMessage, listResponseMessage } = message;
  if (buttonsResponseMessage) {
    const { selectedButtonId, selectedDisplayText } = buttonsResponseMessage;
    return { kind: 'choice', of: 'buttons', id: selectedButtonId ?? '', title: selectedDisplayText ?? '' };
  }
  if (templateButtonReplyMessage) {
    const { selectedId, selectedDisplayText } = templateButtonReplyMessage;
    return { kind: 'button', text: selectedDisplayText ?? '', payload: selectedId ?? '' };
  }
  if (listResponseMessage) {
    const id = listResponseMessage.singleSelectReply?.selectedRowId ?? '';
    return { kind: 'choice', of: 'list', id, title: listResponseMessage.title ?? '' };
  }
  const { reactionMessage, locationMessage } = message;
  if (reactionMessage?.key?.id) {
    const { text } = reactionMessage;
    return { kind: 'reaction', to: reactionMessage.key.id, ...(text ? { emoji: text } : {}) };
  }
  const { degreesLatitude: latitude, degreesLongitude: longitude, name } = locationMessage ?? {};
  if (typeof latitude === 'number' && typeof longitude === 'number') {
    return { kind: 'location', latitude, longitude, ...(name ? { name } : {}) };
  }
  return undefined;
}

function otherOf(message: proto.IMessage): InboundContent {
  const filled = Object.entries(message).filter(([name, part]) => part && name !== 'messageContextInfo');
  const type = filled[0]?.[0] ?? 'empty';
  const raw: unknown = JSON.parse(JSON.stringify(Object.fromEntries(filled), hideKeys));
  return { kind: 'other', type, raw };
}

/** Bytes are of no use to a reader, and may be keys. */
function hideKeys(_: string, value: unknown): unknown {
  const isBytes =
    value instanceof Uint8Array ||
    (typeof value === 'object' && value !== null && 'type' in value && value.type === 'Buffer');
  return isBytes ? undefined : value;
}

function contextOf(message: proto.IMessage): proto.IContextInfo | undefined {
  for (const part of Object.values(message)) {
    // Every kind of message that can answer another keeps that under the same name.
    const { contextInfo } = (part ?? {}) as { contextInfo?: proto.IContextInfo | null };
    if (contextInfo) return contextInfo;
  }
  return undefined;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
