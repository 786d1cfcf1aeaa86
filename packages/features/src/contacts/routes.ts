import {
  AppError,
  contact,
  contactListQuery,
  contactMessages,
  contactSummary,
  optOut,
  optOutFileResult,
  pageOf,
  tagList,
} from '@zaphub/types';
import { z } from 'zod';
import { defineRoute, paginate } from '../routing/index.ts';
import type { Route } from '../routing/index.ts';
import { optOutByFile } from './actions/opt-out-by-file.ts';
import { setOptOut } from './actions/set-opt-out.ts';
import { listContactMessages } from './list-contact-messages.ts';
import { presentContact, presentContactMessage } from './present.ts';
import { countContacts, findContact, listContacts, listTags } from './queries.ts';

const exactUpTo = 100_000;
const mostTags = 1000;

/** `/contacts` and `/tags`: the people a tenant may write to. */
export const contactRoutes: readonly Route[] = [
  defineRoute({
    method: 'GET',
    path: '/contacts',
    auth: 'tenant',
    query: contactListQuery,
    reply: pageOf(contact),
    summary: 'Lists contacts, newest first, by part of a name or phone or by tag.',
    handle: ({ deps, scope, query, cursors }) =>
      paginate(cursors, query, {
        key: z.uuid(),
        fetch: (after, take) => deps.db.read(scope, (tx) => listContacts(scope, tx, query, after, take)),
        keyOf: (row) => row.id,
        present: presentContact,
      }),
  }),
  defineRoute({
    method: 'GET',
    path: '/contacts/summary',
    auth: 'tenant',
    reply: contactSummary,
    summary: 'Counts contacts: exactly up to 100,000, about right above.',
    handle: ({ deps, scope }) => deps.db.tenant(scope, (tx) => countContacts(scope, tx, exactUpTo)),
  }),
  defineRoute({
    method: 'GET',
    path: '/contacts/:contact_id',
    auth: 'tenant',
    ids: { contact_id: 'contact' },
    reply: contact,
    summary: 'Reads a contact.',
    handle: async ({ deps, scope, ids }) => {
      const row = await deps.db.read(scope, (tx) => findContact(scope, tx, ids.contact_id));
      if (!row) throw new AppError('not_found', 'no such contact');
      return presentContact(row);
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/contacts/:contact_id/opt-out',
    auth: 'tenant',
    role: 'operator',
    ids: { contact_id: 'contact' },
    body: optOut,
    reply: contact,
    summary: 'Stops messages to a contact, also those of campaigns under way.',
    handle: async ({ deps, scope, ids, body }) =>
      presentContact(await setOptOut(deps, scope, { contactId: ids.contact_id, action: 'opt_out', ...body })),
  }),
  defineRoute({
    method: 'POST',
    path: '/contacts/:contact_id/opt-in',
    auth: 'tenant',
    role: 'operator',
    ids: { contact_id: 'contact' },
    body: optOut,
    reply: contact,
    summary: 'Allows messages to a contact again, with what they said and where.',
    handle: async ({ deps, scope, ids, body }) =>
      presentContact(await setOptOut(deps, scope, { contactId: ids.contact_id, action: 'opt_in', ...body })),
  }),
  defineRoute({
    method: 'DELETE',
    path: '/contacts/:contact_id/opt-out',
    auth: 'tenant',
    role: 'operator',
    ids: { contact_id: 'contact' },
    reply: contact,
    summary: 'Allows messages to a contact again.',
    handle: async ({ deps, scope, ids }) =>
      presentContact(
        await setOptOut(deps, scope, { contactId: ids.contact_id, action: 'opt_in', source: 'manual' }),
      ),
  }),
  defineRoute({
    method: 'GET',
    path: '/contacts/:contact_id/messages',
    auth: 'tenant',
    ids: { contact_id: 'contact' },
    reply: contactMessages,
    summary: 'Lists what campaigns had for a contact, the newest campaign first.',
    handle: async ({ deps, scope, ids }) => ({
      data: (await deps.db.read(scope, (tx) => listContactMessages(scope, tx, ids.contact_id))).map(
        presentContactMessage,
      ),
    }),
  }),
  defineRoute({
    method: 'POST',
    path: '/opt-outs',
    auth: 'tenant',
    role: 'operator',
    query: z.strictObject({ filename: z.string().trim().min(1).max(200).default('numbers.csv') }),
    body: 'raw',
    reply: optOutFileResult,
    summary: 'Opts out every number of a CSV file (the body is the file itself).',
    handle: ({ deps, scope, query, req }) =>
      optOutByFile(deps, scope, { source: req, filename: query.filename }),
  }),
  defineRoute({
    method: 'GET',
    path: '/tags',
    auth: 'tenant',
    reply: tagList,
    summary: 'Lists tags with how many contacts have each.',
    handle: async ({ deps, scope }) => ({
      data: await deps.db.read(scope, (tx) => listTags(scope, tx, mostTags)),
    }),
  }),
];
