import { z } from 'zod';

/*
 * What the gateway's routes take, by its API.md and handlers.go — written apart from what our client writes, and
 * stricter than the gateway: it passes over a field that it does not know, this one refuses it.
 */
const link = z.union([z.url({ protocol: /^https?$/ }), z.string().startsWith('data:')]);
const id = z.string().regex(/^[0-9A-F]{8,32}$/);
const message = {
  Phone: z.string().regex(/^(\d{5,15}|\d{5,20}@(s\.whatsapp\.net|lid))$/, 'could not parse Phone'),
  Id: id.optional(),
  ContextInfo: z
    .strictObject({ StanzaID: z.string().min(1), Participant: z.string().includes('@') })
    .optional(),
};
const Caption = z.string().optional();

/** The body of each route under `/chat/send/`. */
export const sendBodies = {
  text: z.strictObject({ ...message, Body: z.string().min(1), LinkPreview: z.boolean().optional() }),
  image: z.strictObject({ ...message, Image: link, Caption }),
  video: z.strictObject({ ...message, Video: link, Caption }),
  audio: z.strictObject({ ...message, Audio: link, ptt: z.boolean().optional() }),
  document: z.strictObject({ ...message, Document: link, FileName: z.string().min(1), Caption }),
  sticker: z.strictObject({ ...message, Sticker: link }),
} as const;

/** A kind of message that the gateway sends. */
export type SentKind = keyof typeof sendBodies;

const events = z.array(z.string().regex(/^[A-Z][A-Za-z]+$/));

/** The body of each other route. */
export const bodies = {
  connect: z.strictObject({ Subscribe: events.min(1), Immediate: z.boolean() }),
  pairPhone: z.strictObject({ Phone: z.string().regex(/^[1-9]\d{6,14}$/) }),
  webhook: z.strictObject({ webhookurl: z.url(), events: events.min(1) }),
  hmac: z.strictObject({ hmac_key: z.string().min(32, 'HMAC key must be at least 32 characters long') }),
  empty: z.strictObject({}),
} as const;
