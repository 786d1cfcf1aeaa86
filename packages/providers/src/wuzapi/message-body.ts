import type { MediaKind, MessageContent } from '../message-content.ts';
import type { SendRequest } from '../provider.ts';
import { jidOf, recipientOf } from './jid.ts';
import { networkIdOf } from './message-id.ts';

/** Where a message is posted and with what body; or why none can be made of it. */
export type WuzapiMessage =
  | {
      readonly ok: true;
      /** The id under which WhatsApp will know it. */
      readonly networkId: string;
      readonly path: string;
      readonly body: Readonly<Record<string, unknown>>;
    }
  | { readonly ok: false; readonly details: string };

/** The request that sends a message. What the gateway cannot send is refused here, so that nothing leaves. */
export function messageOf(request: SendRequest): WuzapiMessage {
  const networkId = networkIdOf(request.messageId);
  const recipient = recipientOf(request.to);
  if (networkId === undefined) return { ok: false, details: "The message's id is no UUID." };
  if (recipient === undefined)
    return { ok: false, details: 'The recipient is no phone number and no user id.' };
  const part = partOf(request.content ?? { kind: 'text', text: request.text });
  if (typeof part === 'string') return { ok: false, details: part };
  const answers = request.replyTo
    ? { ContextInfo: { StanzaID: request.replyTo, Participant: jidOf(recipient) } }
    : {};
  return {
    ok: true,
    networkId,
    path: `/chat/send/${part.path}`,
    body: { Phone: recipient, Id: networkId, ...part.body, ...answers },
  };
}

interface Part {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

const fields: Record<MediaKind, string> = {
  image: 'Image',
  video: 'Video',
  audio: 'Audio',
  document: 'Document',
  sticker: 'Sticker',
};

/** The part of one kind of content, or why it cannot be sent. */
function partOf(content: MessageContent): Part | string {
  switch (content.kind) {
    case 'text':
      if (content.text === '') return 'The text is empty.';
      return {
        path: 'text',
        body: { Body: content.text, ...(content.previewsLinks ? { LinkPreview: true } : {}) },
      };
    case 'media':
      return mediaOf(content);
    case 'template':
      return 'WhatsApp Web has no approved templates.';
    case 'buttons':
      return 'The gateway sends no buttons that every phone shows.';
    default:
      return content satisfies never;
  }
}

function mediaOf({
  media,
  source,
  caption = '',
  filename,
}: Extract<MessageContent, { kind: 'media' }>): Part | string {
  if ('id' in source) return 'The gateway holds no uploaded files.';
  if (!/^https?:\/\/[^\s]+$/.test(source.link)) return 'The link to the file is not http or https.';
  if (caption !== '' && (media === 'audio' || media === 'sticker')) return `A caption on ${media}.`;
  return {
    path: media,
    body: {
      [fields[media]]: source.link,
      ...(media === 'audio' || media === 'sticker' || caption === '' ? {} : { Caption: caption }),
      ...(media === 'document' ? { FileName: filename ?? nameIn(source.link) } : {}),
      // Without it the gateway shows a file as if it had been spoken.
      ...(media === 'audio' ? { ptt: false } : {}),
    },
  };
}

/** The last part of a link's path; the gateway demands some name for a document. */
function nameIn(link: string): string {
  const last = URL.parse(link)?.pathname.split('/').at(-1) ?? '';
  return last === '' ? 'document' : decoded(last);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not escaped as an address is: shown as it stands.
    return text;
  }
}
