import { z } from 'zod';
import { message } from './campaigns.ts';
import { publicId } from './ids.ts';
import { pageQuery } from './pagination.ts';

export const contact = z.object({
  id: publicId('contact'),
  phone: z.string().nullable(),
  name: z.string().nullable(),
  attributes: z.record(z.string(), z.string()),
  tags: z.array(z.string()),
  opted_out_at: z.iso.datetime().nullable(),
  /** Where the opt-out comes from: keyword, preference, manual, csv and so on. */
  opt_out_source: z.string().nullable(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
});
export type Contact = z.infer<typeof contact>;

/** `GET /contacts`: newest first; `search` matches name or phone, `tag` exactly. */
export const contactListQuery = pageQuery.extend({
  search: z.string().trim().max(120).optional(),
  tag: z.string().max(64).optional(),
});
export type ContactListQuery = z.infer<typeof contactListQuery>;

/** `GET /contacts/summary`. `total` is exact up to 100,000 and an estimate beyond. */
export const contactSummary = z.object({ total: z.number().int(), exact: z.boolean() });

/** `GET /tags`. */
export const tagList = z.object({ data: z.array(z.object({ tag: z.string(), contacts: z.number().int() })) });

/** `POST /contacts/:id/opt-out` and `/opt-in`. */
export const optOut = z.strictObject({
  source: z.string().trim().min(1).max(120).default('manual'),
  /** What was said, and where. */
  evidence: z.string().trim().min(1).max(2000).optional(),
});

/** `GET /contacts/:id/messages`: what campaigns had for a contact, the newest campaign first, fifty at most. */
export const contactMessages = z.object({
  data: z.array(
    message
      .pick({ id: true, state: true, reason: true, sent_at: true, delivered_at: true, read_at: true })
      .extend({ campaign: z.object({ id: publicId('campaign'), name: z.string() }) }),
  ),
});
export type ContactMessages = z.infer<typeof contactMessages>;
