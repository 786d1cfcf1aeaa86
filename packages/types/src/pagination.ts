import { z } from 'zod';

/** Query of every list: an opaque cursor and a page size (1–200, default 50). */
export const pageQuery = z.strictObject({
  cursor: z.string().max(512).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type PageQuery = z.infer<typeof pageQuery>;

/** One page of a list; `next_cursor` is null on the last page. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ data: z.array(item), has_more: z.boolean(), next_cursor: z.string().nullable() });
}

/** The reply of a list route. */
export interface Page<T> {
  data: T[];
  has_more: boolean;
  next_cursor: string | null;
}
