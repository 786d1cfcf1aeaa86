import {
  AppError,
  contactIdentities,
  contactMerge,
  contactMergeInput,
  contactMergeList,
  fromPublicId,
  toPublicId,
} from '@zaphub/types';
import type { ContactMerge } from '@zaphub/types';
import { defineRoute } from '../routing/index.ts';
import type { Route } from '../routing/index.ts';
import { mergeContacts } from './actions/merge-contacts.ts';
import { undoMerge } from './actions/undo-merge.ts';
import { listIdentities, listMerges, type MergeListRow, requireContact } from './queries.ts';

/** Which contacts are one person, and by which names they are known. */
export const identityRoutes: readonly Route[] = [
  defineRoute({
    method: 'POST',
    path: '/contacts/:contact_id/merge',
    auth: 'tenant',
    role: 'operator',
    ids: { contact_id: 'contact' },
    body: contactMergeInput,
    reply: contactMerge,
    summary: 'Makes another contact part of this one; can be undone.',
    handle: async ({ deps, scope, ids, body }) => {
      const mergedId = fromPublicId('contact', body.contact_id);
      if (mergedId === undefined) throw new AppError('not_found', 'no such contact');
      return present(await mergeContacts(deps, scope, { keptId: ids.contact_id, mergedId }));
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/contacts/merges/:merge_id/undo',
    auth: 'tenant',
    role: 'operator',
    ids: { merge_id: 'merge' },
    reply: contactMerge,
    summary: 'Takes a merge back: both contacts are as they were.',
    handle: async ({ deps, scope, ids }) => present(await undoMerge(deps, scope, ids.merge_id)),
  }),
  defineRoute({
    method: 'GET',
    path: '/contacts/:contact_id/merges',
    auth: 'tenant',
    ids: { contact_id: 'contact' },
    reply: contactMergeList,
    summary: 'Lists the contacts that have become part of this one.',
    handle: async ({ deps, scope, ids }) => {
      const rows = await deps.db.read(scope, async (tx) => {
        await requireContact(scope, tx, ids.contact_id);
        return listMerges(scope, tx, ids.contact_id);
      });
      return { data: rows.map(present) };
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/contacts/:contact_id/identities',
    auth: 'tenant',
    ids: { contact_id: 'contact' },
    reply: contactIdentities,
    summary: 'Lists the other names by which this contact is known to networks.',
    handle: async ({ deps, scope, ids }) => ({
      data: await deps.db.read(scope, async (tx) => {
        await requireContact(scope, tx, ids.contact_id);
        return listIdentities(scope, tx, ids.contact_id);
      }),
    }),
  }),
];

function present(row: MergeListRow): ContactMerge {
  return {
    id: toPublicId('merge', row.id),
    contact_id: toPublicId('contact', row.kept_id),
    merged: { id: toPublicId('contact', row.merged_id), name: row.merged_name, phone: row.merged_phone },
    cause: row.cause,
    merged_at: row.merged_at.toISOString(),
    undone_at: row.undone_at?.toISOString() ?? null,
  };
}
