import { z } from 'zod';
import { publicId } from './ids.ts';
import { rowErrorCode } from './imports.ts';

const keyword = z.string().trim().min(1).max(60);
const confirmation = z.string().trim().min(1).max(1000).nullable();

/** `GET`, `PUT /opt-outs/settings`: words beside those that everybody knows, and what is answered; null answers nothing. */
export const optOutSettings = z.strictObject({
  stop_words: z.array(keyword).max(50),
  start_words: z.array(keyword).max(50),
  stop_reply: confirmation,
  start_reply: confirmation,
});
export type OptOutSettings = z.infer<typeof optOutSettings>;

/** A language that keywords are known in. */
export const keywordLanguage = z.enum(['pt', 'en', 'es']);
export type KeywordLanguage = z.infer<typeof keywordLanguage>;

const wordsByLanguage = z.record(keywordLanguage, z.array(z.string()));

/** What `GET` and `PUT /opt-outs/settings` answer: with the words that everybody knows, without accents. */
export const optOutSettingsShown = optOutSettings.extend({
  built_in: z.object({ stop_words: wordsByLanguage, start_words: wordsByLanguage }),
});
export type OptOutSettingsShown = z.infer<typeof optOutSettingsShown>;

/** `POST /opt-outs/test`: would this message opt somebody out? With the stored own words, unless others are given. */
export const optOutTest = z.strictObject({
  text: z.string().max(4096),
  stop_words: optOutSettings.shape.stop_words.optional(),
  start_words: optOutSettings.shape.start_words.optional(),
});
export const optOutTestResult = z.object({
  /** Null: an ordinary message. */
  wish: z.enum(['stop', 'start']).nullable(),
  /** `own`: a word of the tenant's. `near`: a known word with a slip. */
  match: z.enum(['own', 'exact', 'near']).nullable(),
  /** The keyword that it was taken for. */
  word: z.string().nullable(),
});
export type OptOutTestResult = z.infer<typeof optOutTestResult>;

/** `GET /contacts/:id/proofs`: one thing that says whether a contact wants messages. */
export const optOutProof = z.object({
  action: z.enum(['opt_out', 'opt_in']),
  /** keyword, preference, provider, manual, csv, merge and so on. */
  source: z.string(),
  /** What was said, or which file or answer says so. */
  evidence: z.string().nullable(),
  /** The user who did it; null for the contact itself and for the product. */
  by: z.object({ id: publicId('user'), email: z.string().nullable() }).nullable(),
  occurred_at: z.iso.datetime(),
  recorded_at: z.iso.datetime(),
});
export type OptOutProof = z.infer<typeof optOutProof>;

/** `POST /opt-outs`: what became of a file of numbers. */
export const optOutFileResult = z.object({
  rows: z.number().int(),
  numbers: z.number().int(),
  /** Contacts that may no longer be written to; the others had opted out before. */
  opted_out: z.number().int(),
  /** The first thousand rows without a number; row 1 is the first line. */
  errors: z.array(z.object({ row: z.number().int(), code: rowErrorCode, value: z.string() })),
  more_errors: z.number().int(),
});
export type OptOutFileResult = z.infer<typeof optOutFileResult>;

/** `GET /campaigns/:id/replies`: who answered a campaign. */
export const campaignReplies = z.object({
  /** People, messages, and people who asked to get no more. */
  replied: z.number().int(),
  messages: z.number().int(),
  opted_out: z.number().int(),
});
export type CampaignReplies = z.infer<typeof campaignReplies>;
