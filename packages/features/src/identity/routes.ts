import {
  AppError,
  contactDuplicates,
  contactIdentities,
  contactMerge,
  contactMergeInput,
  contactMergeList,
  contactMergePreview,
  fromPublicId,
  toPublicId,
} from '@zaphub/types';
import type { ContactIdentities, ContactMerge } from '@zaphub/types';
import { defineRoute } from '../routing/index.ts';
import type { Route } from '../routing/index.ts';
import { mergeContacts } from './actions/merge-contacts.ts';
import { undoMerge } from './actions/undo-merge.ts';
import { findDuplicates } from './find-duplicates.ts';
import { previewMerge } from './merge/preview-merge.ts';
import { phoneForms } from './phone-forms.ts';
import { findNumber, listIdentities, listMerges, type MergeListRow, requireContact } from './queries.ts';

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
      const pair = { keptId: ids.contact_id, mergedId: mergedIdOf(body) };
      return present(await mergeContacts(deps, scope, pair));
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
    handle: ({ deps, scope, ids }) =>
      deps.db.read(scope, async (tx) => ({
        ...formsOf(await findNumber(scope, tx, ids.contact_id)),
        data: await listIdentities(scope, tx, ids.contact_id),
      })),
  }),
  defineRoute({
    method: 'GET',
    path: '/contacts/:contact_id/duplicates',
    auth: 'tenant',
    ids: { contact_id: 'contact' },
    reply: contactDuplicates,
    summary: 'Looks for contacts who may be the same person, the surest first.',
    handle: async ({ deps, scope, ids }) => {
      const rows = await deps.db.read(scope, (tx) => findDuplicates(scope, tx, ids.contact_id));
      return { data: rows.map((row) => ({ ...row, id: toPublicId('contact', row.id) })) };
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/contacts/:contact_id/merge/preview',
    auth: 'tenant',
    role: 'operator',
    ids: { contact_id: 'contact' },
    body: contactMergeInput,
    reply: contactMergePreview,
    summary: 'Says what a merge would make of two contacts; nothing is changed.',
    handle: async ({ deps, scope, ids, body }) => {
      const pair = { keptId: ids.contact_id, mergedId: mergedIdOf(body) };
      return deps.db.read(scope, (tx) => previewMerge(tx, scope, pair));
    },
  }),
];

function mergedIdOf(body: { contact_id: string }): string {
  const id = fromPublicId('contact', body.contact_id);
  if (id === undefined) throw new AppError('not_found', 'no such contact');
  return id;
}

/** Every form of a number, and the one that messages go to. */
function formsOf(contact: {
  phone: string | null;
  reached_as: string | null;
}): Pick<ContactIdentities, 'forms' | 'is_form_known'> {
  const { phone, reached_as: reachedAs } = contact;
  if (phone === null) return { forms: [], is_form_known: false };
  const used = reachedAs ?? phone;
  const forms = [...new Set([phone, ...phoneForms(phone), used])];
  return {
    forms: forms.map((value) => ({ value, is_used: value === used })),
    is_form_known: reachedAs !== null,
  };
}

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
