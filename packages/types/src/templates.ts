import { z } from 'zod';
import { publicId } from './ids.ts';

export const template = z.object({
  id: publicId('template'),
  name: z.string(),
  body: z.string(),
  variables: z.array(z.string()),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
});
export type Template = z.infer<typeof template>;

/** `POST /templates`, `PUT /templates/:id`. */
export const templateInput = z.strictObject({
  name: z.string().trim().min(1).max(120),
  body: z.string().min(1).max(4096),
});
export type TemplateInput = z.infer<typeof templateInput>;

/** `POST /templates/preview`: the text for a sample contact (or the first contact when none is named). */
export const templatePreviewInput = z.strictObject({
  body: z.string().max(4096),
  contact_id: publicId('contact').optional(),
});
export type TemplatePreviewInput = z.infer<typeof templatePreviewInput>;

export const templatePreview = z.object({
  text: z.string(),
  variables: z.array(z.string()),
  missing: z.array(z.string()),
  contact: z
    .object({ id: publicId('contact'), name: z.string().nullable(), phone: z.string().nullable() })
    .nullable(),
  error: z.object({ code: z.string(), detail: z.string(), line: z.number().int().nullable() }).nullable(),
});
export type TemplatePreview = z.infer<typeof templatePreview>;
