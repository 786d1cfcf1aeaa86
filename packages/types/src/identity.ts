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
  data: z.array(z.object({ kind: z.enum(['phone', 'bsuid', 'lid', 'username']), value: z.string() })),
});
