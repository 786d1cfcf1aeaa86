import { z } from 'zod';

/*
 * What the gateway posts, by its source (wmiau.go) and whatsmeow's types. Names are read in small letters: Go's
 * encoder writes whatsmeow's fields as they are called there (`IsFromMe`), those of WhatsApp's messages as its protocol
 * spells them (`fileSHA256`), and both have changed their letters' size over the years.
 */

/** Any JSON with all names of its objects in small letters. */
export function withSmallNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withSmallNames);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name.toLowerCase(), withSmallNames(one)]),
  );
}

const time = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
const jid = z.string().optional();

/** One webhook: what happened, and in newer versions for which of the gateway's users. */
export const envelope = z.object({
  type: z.string().min(1),
  event: z.unknown(),
  state: z.string().optional(),
});

const source = {
  chat: z.string(),
  sender: z.string(),
  isfromme: z.boolean(),
  isgroup: z.boolean(),
  // The other name of the same person, phone or LID.
  senderalt: jid,
};

export const message = z.object({
  info: z.object({
    ...source,
    id: z.string().min(1),
    timestamp: time,
    pushname: z.string().optional(),
    category: z.string().optional(),
  }),
  message: z.record(z.string(), z.unknown()).nullable(),
  isedit: z.boolean().optional(),
});

export const receipt = z.object({
  ...source,
  messageids: z.array(z.string().min(1)).min(1),
  timestamp: time,
});

const quoting = z.object({ stanzaid: z.string().min(1) });
const context = { contextinfo: z.object({ stanzaid: z.string().optional() }).optional() };

/** The part of a message that names the message it answers, wherever it stands. */
export const answered = z.object({ contextinfo: quoting });

export const text = z.object({ text: z.string().min(1), ...context });

export const file = z.object({
  mimetype: z.string().min(1),
  url: z.string().optional(),
  directpath: z.string().optional(),
  mediakey: z.string().optional(),
  filesha256: z.string().optional(),
  fileencsha256: z.string().optional(),
  filelength: z.number().optional(),
  caption: z.string().optional(),
  filename: z.string().optional(),
  title: z.string().optional(),
  ptt: z.boolean().optional(),
});

export const buttonReply = z.object({
  selectedbuttonid: z.string(),
  response: z.object({ selecteddisplaytext: z.string() }).optional(),
});
export const templateReply = z.object({ selectedid: z.string(), selecteddisplaytext: z.string() });
export const listReply = z.object({
  title: z.string(),
  singleselectreply: z.object({ selectedrowid: z.string() }),
});
export const flowReply = z.object({
  body: z.object({ text: z.string() }).optional(),
  interactiveresponsemessage: z.object({
    nativeflowresponsemessage: z.object({ name: z.string(), paramsjson: z.string() }),
  }),
});
export const reaction = z.object({ key: z.object({ id: z.string().min(1) }), text: z.string().optional() });
export const location = z.object({
  degreeslatitude: z.number(),
  degreeslongitude: z.number(),
  name: z.string().optional(),
});
