import { z } from 'zod';
import type { MediaKind } from '../../message-content.ts';
import type { InboundContent } from '../../inbound.ts';

const file = z.object({
  id: z.string().min(1),
  mime_type: z.string(),
  sha256: z.string().optional(),
  caption: z.string().optional(),
  filename: z.string().optional(),
  voice: z.boolean().optional(),
});

const mediaOf = (media: MediaKind): z.ZodType<InboundContent> =>
  z.object({ [media]: file }).transform((message) => {
    const { id, mime_type, sha256, caption, filename, voice } = file.parse(message[media]);
    return {
      kind: 'media',
      media,
      mediaId: id,
      mimeType: mime_type,
      ...(sha256 === undefined ? {} : { sha256 }),
      ...(caption === undefined ? {} : { caption }),
      ...(filename === undefined ? {} : { filename }),
      ...(voice === undefined ? {} : { isVoice: voice }),
    };
  });

const chosen = z.object({ id: z.string(), title: z.string() });
const interactive = z.discriminatedUnion('type', [
  z.object({ type: z.literal('button_reply'), button_reply: chosen }),
  z.object({ type: z.literal('list_reply'), list_reply: chosen }),
]);

/** How each type of message is read; one that is missing here is kept as it came. */
const readers: ReadonlyMap<string, z.ZodType<InboundContent>> = new Map<string, z.ZodType<InboundContent>>([
  ...(['image', 'video', 'audio', 'document', 'sticker'] as const).map(
    (media): [string, z.ZodType<InboundContent>] => [media, mediaOf(media)],
  ),
  [
    'text',
    z
      .object({ text: z.object({ body: z.string() }) })
      .transform(({ text }) => ({ kind: 'text', text: text.body })),
  ],
  [
    'button',
    z
      .object({ button: z.object({ text: z.string(), payload: z.string() }) })
      .transform(({ button }) => ({ kind: 'button', text: button.text, payload: button.payload })),
  ],
  [
    'interactive',
    z
      .object({ interactive })
      .transform(({ interactive: reply }) =>
        reply.type === 'button_reply'
          ? { kind: 'choice', of: 'buttons', id: reply.button_reply.id, title: reply.button_reply.title }
          : { kind: 'choice', of: 'list', id: reply.list_reply.id, title: reply.list_reply.title },
      ),
  ],
  [
    'reaction',
    z
      .object({ reaction: z.object({ message_id: z.string().min(1), emoji: z.string().optional() }) })
      .transform(({ reaction }) => ({
        kind: 'reaction',
        to: reaction.message_id,
        ...(reaction.emoji ? { emoji: reaction.emoji } : {}),
      })),
  ],
  [
    'location',
    z
      .object({
        location: z.object({ latitude: z.number(), longitude: z.number(), name: z.string().optional() }),
      })
      .transform(({ location: { latitude, longitude, name } }) => ({
        kind: 'location',
        latitude,
        longitude,
        ...(name === undefined ? {} : { name }),
      })),
  ],
]);

/** What a message holds; a type or a shape that is not known is kept whole. */
export function inboundContentOf(type: string, message: unknown): InboundContent {
  const read = readers.get(type)?.safeParse(message);
  return read?.success ? read.data : { kind: 'other', type, raw: message };
}
