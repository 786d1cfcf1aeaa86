import type { z } from 'zod';
import type { InboundContent } from '../../inbound.ts';
import type { MediaKind } from '../../message-content.ts';
import * as shape from './webhook-schema.ts';

type Parts = Readonly<Record<string, unknown>>;

/** WhatsApp's own traffic, and what only changes a message that came before: nobody said anything. */
const silent: ReadonlySet<string> = new Set([
  'messagecontextinfo',
  'senderkeydistributionmessage',
  'protocolmessage',
  'devicesentmessage',
]);

const files: readonly (readonly [part: string, media: MediaKind])[] = [
  ['imagemessage', 'image'],
  ['videomessage', 'video'],
  ['ptvmessage', 'video'],
  ['audiomessage', 'audio'],
  ['documentmessage', 'document'],
  ['stickermessage', 'sticker'],
];

/**
 * What a person said, from the parts of a message with their names in small letters; `undefined` when nothing was said.
 * `raw` is kept of what is not known here.
 */
export function inboundContentOf(parts: Parts, raw: unknown): InboundContent | undefined {
  return textOf(parts) ?? fileOf(parts) ?? choiceOf(parts) ?? restOf(parts, raw);
}

/** The network's id of the message that this one answers, whichever part says it. */
export function answeredIn(parts: Parts): string | undefined {
  for (const part of Object.values(parts)) {
    const read = shape.answered.safeParse(part);
    if (read.success) return read.data.contextinfo.stanzaid;
  }
  return undefined;
}

function textOf(parts: Parts): InboundContent | undefined {
  const plain = parts['conversation'];
  if (typeof plain === 'string' && plain !== '') return { kind: 'text', text: plain };
  const read = shape.text.safeParse(parts['extendedtextmessage']);
  return read.success ? { kind: 'text', text: read.data.text } : undefined;
}

function fileOf(parts: Parts): InboundContent | undefined {
  for (const [part, media] of files) {
    const read = shape.file.safeParse(parts[part]);
    if (!read.success) continue;
    const { mimetype, filesha256, caption, filename, title, ptt } = read.data;
    const name = filename ?? title;
    return {
      kind: 'media',
      media,
      mediaId: mediaIdOf(media, read.data),
      mimeType: mimetype,
      ...(filesha256 === undefined ? {} : { sha256: filesha256 }),
      ...(caption ? { caption } : {}),
      ...(name === undefined || media !== 'document' ? {} : { filename: name }),
      ...(ptt === true ? { isVoice: true } : {}),
    };
  }
  return undefined;
}

/** All that `/chat/download…` asks for, in the order of its names: a file has no shorter name there. */
function mediaIdOf(media: MediaKind, file: z.infer<typeof shape.file>): string {
  return JSON.stringify({
    media,
    Url: file.url,
    DirectPath: file.directpath,
    MediaKey: file.mediakey,
    Mimetype: file.mimetype,
    FileEncSHA256: file.fileencsha256,
    FileSHA256: file.filesha256,
    FileLength: file.filelength,
  });
}

function choiceOf(parts: Parts): InboundContent | undefined {
  const button = shape.buttonReply.safeParse(parts['buttonsresponsemessage']);
  if (button.success) {
    const { selectedbuttonid: id, response } = button.data;
    return { kind: 'choice', of: 'buttons', id, title: response?.selecteddisplaytext ?? id };
  }
  const template = shape.templateReply.safeParse(parts['templatebuttonreplymessage']);
  if (template.success) {
    return { kind: 'button', text: template.data.selecteddisplaytext, payload: template.data.selectedid };
  }
  const row = shape.listReply.safeParse(parts['listresponsemessage']);
  if (row.success) {
    const { title, singleselectreply } = row.data;
    return { kind: 'choice', of: 'list', id: singleselectreply.selectedrowid, title };
  }
  const flow = shape.flowReply.safeParse(parts['interactiveresponsemessage']);
  if (!flow.success) return undefined;
  const id = idIn(flow.data.interactiveresponsemessage.nativeflowresponsemessage.paramsjson);
  return id === undefined
    ? undefined
    : { kind: 'choice', of: 'buttons', id, title: flow.data.body?.text ?? id };
}

function idIn(json: string): string | undefined {
  try {
    const params: unknown = JSON.parse(json);
    return typeof params === 'object' && params !== null && 'id' in params && typeof params.id === 'string'
      ? params.id
      : undefined;
  } catch {
    // A button of another program: kept as it came.
    return undefined;
  }
}

function restOf(parts: Parts, raw: unknown): InboundContent | undefined {
  const reaction = shape.reaction.safeParse(parts['reactionmessage']);
  if (reaction.success) {
    const { key, text } = reaction.data;
    return { kind: 'reaction', to: key.id, ...(text ? { emoji: text } : {}) };
  }
  const place = shape.location.safeParse(parts['locationmessage']);
  if (place.success) {
    const { degreeslatitude: latitude, degreeslongitude: longitude, name } = place.data;
    return { kind: 'location', latitude, longitude, ...(name ? { name } : {}) };
  }
  const type = Object.keys(parts).find((part) => !silent.has(part));
  return type === undefined ? undefined : { kind: 'other', type, raw };
}
