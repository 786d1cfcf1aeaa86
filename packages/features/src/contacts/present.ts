import { toPublicId } from '@zaphub/types';
import type { Contact, ContactMessages } from '@zaphub/types';
import type { ContactMessageRow } from './list-contact-messages.ts';
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

/** What a campaign had for a contact, as the api shows it. */
export function presentContactMessage(row: ContactMessageRow): ContactMessages['data'][number] {
  return {
    id: toPublicId('message', row.id),
    campaign: { id: toPublicId('campaign', row.campaign_id), name: row.campaign_name },
    state: row.state,
    reason: row.reason,
    sent_at: row.sent_at?.toISOString() ?? null,
    delivered_at: row.delivered_at?.toISOString() ?? null,
    read_at: row.read_at?.toISOString() ?? null,
  };
}
