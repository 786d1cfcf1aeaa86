import { z } from 'zod';

/** An id that a network or the caller has given to something; no row of ours. */
const foreignId = z.string().min(1).max(256).meta({ isForeignId: true });

/** A file that the network already holds, or that it is to fetch itself. */
const mediaSource = z.union([
  z.strictObject({ link: z.url({ protocol: /^https?$/ }).max(2048) }),
  z.strictObject({ id: foreignId }),
]);

const templateValue = z.strictObject({
  text: z.string().min(1).max(1024),
  name: z.exactOptional(z.string().max(64)),
});

const templateHeader = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('text'), values: z.array(templateValue).max(10) }),
  z.strictObject({
    kind: z.enum(['image', 'video', 'document']),
    source: mediaSource,
    filename: z.exactOptional(z.string().min(1).max(240)),
  }),
]);

const buttonIndex = z.int().min(0).max(9);
const templateButton = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('quick_reply'), index: buttonIndex, payload: z.string().max(256) }),
  z.strictObject({ kind: z.literal('url'), index: buttonIndex, suffix: z.string().max(2000) }),
  z.strictObject({ kind: z.literal('copy_code'), index: buttonIndex, code: z.string().max(20) }),
]);

/** What one message says; which kinds a connection can send depends on its provider. */
export const messageContent = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('text'),
    text: z.string().trim().min(1).max(4096),
    previews_links: z.exactOptional(z.boolean()),
  }),
  z.strictObject({
    kind: z.literal('media'),
    media: z.enum(['image', 'video', 'audio', 'document', 'sticker']),
    source: mediaSource,
    /** Not for audio and stickers. */
    caption: z.exactOptional(z.string().max(1024)),
    filename: z.exactOptional(z.string().min(1).max(240)),
  }),
  z.strictObject({
    kind: z.literal('template'),
    name: z.string().min(1).max(512),
    /** As the network spells it: `pt_BR`, `en_US`. */
    language: z.string().min(2).max(16),
    header: z.exactOptional(templateHeader),
    body: z.exactOptional(z.array(templateValue).max(50)),
    buttons: z.exactOptional(z.array(templateButton).max(10)),
  }),
  z.strictObject({
    kind: z.literal('buttons'),
    text: z.string().trim().min(1).max(1024),
    footer: z.exactOptional(z.string().max(60)),
    buttons: z
      .array(z.strictObject({ id: foreignId, title: z.string().min(1).max(20) }))
      .min(1)
      .max(3),
  }),
]);
export type MessageContent = z.infer<typeof messageContent>;
