import { z } from 'zod';
import { publicId } from './ids.ts';

/** What has to be filled in before a template of a network can be sent. */
export const templatePlaces = z.object({
  /** A file, or the places of a text; null when the head is fixed or missing. */
  header: z
    .discriminatedUnion('kind', [
      z.object({ kind: z.enum(['image', 'video', 'document']) }),
      z.object({ kind: z.literal('text'), places: z.array(z.string()) }),
    ])
    .nullable(),
  /** Names, or numbers counted from 1. */
  body: z.array(z.string()),
  buttons: z.array(
    z.object({ index: z.number().int(), kind: z.enum(['url', 'copy_code']), text: z.string() }),
  ),
});

/** A message template as the network of a connection has it. */
export const networkTemplate = z.object({
  /** The network's own id. */
  id: z.string(),
  name: z.string(),
  language: z.string(),
  /** `APPROVED`, `PENDING`, `REJECTED`, `PAUSED`, `DISABLED`, … : only an approved one can be sent. */
  status: z.string(),
  /** `MARKETING`, `UTILITY` or `AUTHENTICATION`; the network may change it. */
  category: z.string(),
  quality: z.string().nullable(),
  rejected_reason: z.string().nullable(),
  /** Its text as the network has it, with its places. */
  body: z.string(),
  places: templatePlaces,
  changed_at: z.iso.datetime(),
});
export type NetworkTemplate = z.infer<typeof networkTemplate>;

/** `GET /connections/:id/templates`: all of them, and when they were read. */
export const networkTemplateList = z.object({
  data: z.array(networkTemplate),
  synced_at: z.iso.datetime().nullable(),
  /** Why they could not be read the last time. */
  error: z.object({ code: z.string(), detail: z.string().nullable() }).nullable(),
});
export type NetworkTemplateList = z.infer<typeof networkTemplateList>;

/** `POST /connections/:id/templates/sync`: asked for; the list tells when it was read. */
export const templateSyncAsked = z.object({
  connection_id: publicId('connection'),
  asked_at: z.iso.datetime(),
});

const liquid = z.string().min(1).max(1_024);

/**
 * A template of the network as a campaign sends it: each place is a text with variables, as in our own templates.
 * Values of the body are in the order of its places, or named where the template names them.
 */
export const networkTemplateUse = z.strictObject({
  name: z.string().min(1).max(512),
  language: z.string().min(2).max(15),
  header: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('text'), values: z.array(liquid).max(10) }),
      z.strictObject({
        kind: z.enum(['image', 'video', 'document']),
        /** Where the network fetches the file. */
        link: liquid,
        filename: liquid.optional(),
      }),
    ])
    .optional(),
  body: z
    .array(z.strictObject({ name: z.string().min(1).max(64).optional(), text: liquid }))
    .max(100)
    .default([]),
  buttons: z
    .array(
      z.strictObject({
        index: z.number().int().min(0).max(9),
        kind: z.enum(['url', 'copy_code']),
        text: liquid,
      }),
    )
    .max(10)
    .default([]),
});
export type NetworkTemplateUse = z.infer<typeof networkTemplateUse>;
