import {
  AppError,
  pageOf,
  pageQuery,
  template,
  templateInput,
  templatePreview,
  templatePreviewInput,
} from '@zaphub/types';
import { z } from 'zod';
import { defineRoute, paginate } from '../routing/index.ts';
import type { Route } from '../routing/index.ts';
import { previewTemplate } from './actions/preview-template.ts';
import { createTemplate, updateTemplate } from './actions/save-template.ts';
import { presentTemplate } from './present.ts';
import { findTemplate, hideTemplate, listTemplates } from './queries.ts';

/** `/templates`: the texts that campaigns are made from. */
export const templateRoutes: readonly Route[] = [
  defineRoute({
    method: 'GET',
    path: '/templates',
    auth: 'tenant',
    query: pageQuery,
    reply: pageOf(template),
    summary: 'Lists templates, newest first.',
    handle: ({ deps, scope, query, cursors }) =>
      paginate(cursors, query, {
        key: z.uuid(),
        fetch: (after, take) => deps.db.tenant(scope, (tx) => listTemplates(scope, tx, after, take)),
        keyOf: (row) => row.id,
        present: presentTemplate,
      }),
  }),
  defineRoute({
    method: 'POST',
    path: '/templates',
    auth: 'tenant',
    role: 'operator',
    body: templateInput,
    reply: template,
    status: 201,
    summary: 'Stores a template.',
    handle: async ({ deps, scope, body }) => presentTemplate(await createTemplate(deps, scope, body)),
  }),
  defineRoute({
    method: 'POST',
    path: '/templates/preview',
    auth: 'tenant',
    body: templatePreviewInput,
    reply: templatePreview,
    summary: 'Writes a text to a sample contact; nothing is stored or sent.',
    handle: ({ deps, scope, body }) => previewTemplate(deps, scope, body),
  }),
  defineRoute({
    method: 'GET',
    path: '/templates/:template_id',
    auth: 'tenant',
    ids: { template_id: 'template' },
    reply: template,
    summary: 'Reads a template.',
    handle: async ({ deps, scope, ids }) => {
      const row = await deps.db.tenant(scope, (tx) => findTemplate(scope, tx, ids.template_id));
      if (!row) throw new AppError('not_found', 'no such template');
      return presentTemplate(row);
    },
  }),
  defineRoute({
    method: 'PUT',
    path: '/templates/:template_id',
    auth: 'tenant',
    role: 'operator',
    ids: { template_id: 'template' },
    body: templateInput,
    reply: template,
    summary: 'Replaces a template; campaigns made from it keep their text.',
    handle: async ({ deps, scope, ids, body }) =>
      presentTemplate(await updateTemplate(deps, scope, { ...body, templateId: ids.template_id })),
  }),
  defineRoute({
    method: 'DELETE',
    path: '/templates/:template_id',
    auth: 'tenant',
    role: 'operator',
    ids: { template_id: 'template' },
    reply: 'none',
    summary: 'Deletes a template; campaigns made from it keep their text.',
    handle: async ({ deps, scope, ids }) => {
      const isHidden = await deps.db.tenant(scope, (tx) => hideTemplate(scope, tx, ids.template_id));
      if (!isHidden) throw new AppError('not_found', 'no such template');
    },
  }),
];
