import type { Page } from '@zaphub/types';
import type { z } from 'zod';
import type { BoundCursors } from './cursor.ts';

/** How one list is read page by page. */
export interface PageSource<S extends z.ZodType, Row, Item> {
  /** The schema of the place in the list: the columns it is ordered by. */
  readonly key: S;
  /** Reads at most `take` rows after the place, in order; from the start when it is `undefined`. */
  fetch(after: z.output<S> | undefined, take: number): Promise<readonly Row[]>;
  keyOf(row: Row): z.input<S>;
  present(row: Row): Item;
}

/**
 * Reads one page of a list (keyset, never offset): one row more than asked for tells whether there is a next page.
 * @throws AppError `bad_request` when the cursor was forged or belongs to another list or tenant
 */
export async function paginate<S extends z.ZodType, Row, Item>(
  cursors: BoundCursors,
  query: { cursor?: string | undefined; limit: number },
  source: PageSource<S, Row, Item>,
): Promise<Page<Item>> {
  const after = query.cursor === undefined ? undefined : cursors.decode(query.cursor, source.key);
  const rows = await source.fetch(after, query.limit + 1);
  const shown = rows.slice(0, query.limit);
  const last = shown.at(-1);
  const hasMore = rows.length > query.limit && last !== undefined;
  return {
    data: shown.map((row) => source.present(row)),
    has_more: hasMore,
    next_cursor: hasMore ? cursors.encode(source.keyOf(last)) : null,
  };
}
