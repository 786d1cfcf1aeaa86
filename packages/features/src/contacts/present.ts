import { toPublicId } from '@zaphub/types';
import type { Contact } from '@zaphub/types';
import type { ContactRow } from './queries.ts';

/** A contact as the api shows it. */
export function presentContact(row: ContactRow): Contact {
  return {
    id: toPublicId('contact', row.id),
    phone: row.phone,
    name: row.name,
    attributes: Object.fromEntries(
      Object.entries(row.attributes).map(([key, value]: [string, unknown]) => [
        key,
        typeof value === 'string' ? value : JSON.stringify(value),
      ]),
    ),
    tags: row.tags,
    opted_out_at: row.opted_out_at?.toISOString() ?? null,
    opt_out_source: row.opt_out_source,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}
