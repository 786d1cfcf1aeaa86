import { z } from 'zod';

const foldedConversation = z.object({
  id: z.uuid(),
  connection_id: z.uuid(),
  read_until: z.string().nullable(),
  created_at: z.string(),
});

/** What an undo puts back; stored with the merge. */
export const mergeRecord = z.object({
  /** The kept contact as it was. */
  kept: z.object({
    name: z.string().nullable(),
    attributes: z.record(z.string(), z.unknown()),
    consent_source: z.string().nullable(),
    opted_out: z.boolean(),
  }),
  /** The other one's number, which the kept one has taken if it had none. */
  merged: z.object({
    phone: z.string().nullable(),
    reached_as: z.string().nullable(),
    opted_out: z.boolean(),
  }),
  has_moved_phone: z.boolean(),
  /** Contacts that had been part of the merged one. */
  children: z.array(z.uuid()),
  /** The merged contact's tags, and those of them that the kept one did not have. */
  tags: z.array(z.string()),
  tags_added: z.array(z.string()),
  /** Conversations that only have another contact now, and those that went into another one. */
  moved: z.array(z.uuid()),
  folded: z.array(foldedConversation),
  /** Messages that are not sent because the other contact's are. */
  skipped: z.array(z.uuid()),
});
export type MergeRecord = z.infer<typeof mergeRecord>;
