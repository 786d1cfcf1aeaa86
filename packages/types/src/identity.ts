import { z } from 'zod';
import { publicId } from './ids.ts';

/** A contact that has become part of another. `network`: a network gave both names for one person. */
export const contactMerge = z.object({
  id: publicId('merge'),
  contact_id: publicId('contact'),
  merged: z.object({ id: publicId('contact'), name: z.string().nullable(), phone: z.string().nullable() }),
  cause: z.enum(['manual', 'network']),
  merged_at: z.iso.datetime(),
  undone_at: z.iso.datetime().nullable(),
});
export type ContactMerge = z.infer<typeof contactMerge>;

/** `POST /contacts/:id/merge`: the contact that becomes part of the one in the path. */
export const contactMergeInput = z.strictObject({ contact_id: publicId('contact') });

/** `GET /contacts/:id/merges`. */
export const contactMergeList = z.object({ data: z.array(contactMerge) });

/** `GET /contacts/:id/identities`. */
export const contactIdentities = z.object({
  /** Every way of writing the contact's number; `is_used`: messages go to this one. One but in Brazil and Mexico. */
  forms: z.array(z.object({ value: z.string(), is_used: z.boolean() })),
  /** A network has said which form it knows; else the one in use is what the plan says. */
  is_form_known: z.boolean(),
  data: z.array(z.object({ kind: z.enum(['phone', 'bsuid', 'lid', 'username']), value: z.string() })),
});
export type ContactIdentities = z.infer<typeof contactIdentities>;

/** `GET /contacts/:id/duplicates`: contacts who may be the same person, the surest first. */
export const contactDuplicates = z.object({
  data: z.array(
    z.object({
      id: publicId('contact'),
      name: z.string().nullable(),
      phone: z.string().nullable(),
      /** `number`: another form of the same number. `username`, `name`: the same one. */
      reason: z.enum(['number', 'username', 'name']),
      /** Somebody has merged the two before and taken it back. */
      was_undone: z.boolean(),
    }),
  ),
});
export type ContactDuplicates = z.infer<typeof contactDuplicates>;

const side = z.object({
  id: publicId('contact'),
  name: z.string().nullable(),
  phone: z.string().nullable(),
  opted_out: z.boolean(),
});

/** `POST /contacts/:id/merge/preview`: what a merge would do; nothing is changed. */
export const contactMergePreview = z.object({
  kept: side,
  merged: side,
  /** The contact as it would be. */
  result: side.omit({ id: true }),
  /** Numbers by which the person is known besides, and found again. */
  further_numbers: z.array(z.string()),
  tags_added: z.array(z.string()),
  /** Fields that the kept contact lacks and gets. */
  fields_added: z.array(z.string()),
  /** Fields that both have with other texts: the kept contact's stay. */
  fields_kept: z.array(z.string()),
  /** Conversations that change hands, and those that go into one that the kept contact has over the same number. */
  conversations_moved: z.number().int(),
  conversations_folded: z.number().int(),
  /** Campaigns under way that have both: the person gets one message of each. */
  campaigns_shared: z.number().int(),
});
export type ContactMergePreview = z.infer<typeof contactMergePreview>;
