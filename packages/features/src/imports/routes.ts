import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { importJob, importMapping, mappedPreview, pageOf, pageQuery } from '@zaphub/types';
import { z } from 'zod';
import { attachmentHeader } from '../reports/index.ts';
import { defineRoute, paginate } from '../routing/index.ts';
import type { Route } from '../routing/index.ts';
import { cancelImport } from './actions/cancel-import.ts';
import { previewImport } from './actions/preview-import.ts';
import { startImport } from './actions/start-import.ts';
import { uploadImport } from './actions/upload-import.ts';
import { errorLines } from './error-lines.ts';
import { presentImport } from './present.ts';
import { getImport, getTenantSettings, listImports } from './queries.ts';

const uploadQuery = z.strictObject({ filename: z.string().min(1).max(1024) });

/** `/imports`: a file of contacts, from upload to the report of what was refused. */
export const importRoutes: readonly Route[] = [
  defineRoute({
    method: 'POST',
    path: '/imports',
    auth: 'tenant',
    role: 'operator',
    query: uploadQuery,
    body: 'raw',
    reply: importJob,
    status: 201,
    summary:
      'Uploads a CSV file (the body is the file itself) and says what is in it; nothing is imported yet.',
    handle: async ({ deps, scope, query, req, signal }) =>
      presentImport(await uploadImport(deps, scope, { filename: query.filename, source: req, signal })),
  }),
  defineRoute({
    method: 'GET',
    path: '/imports',
    auth: 'tenant',
    query: pageQuery,
    reply: pageOf(importJob),
    summary: 'Lists imports, newest first.',
    handle: ({ deps, scope, query, cursors }) =>
      paginate(cursors, query, {
        key: z.uuid(),
        fetch: (after, take) => deps.db.tenant(scope, (tx) => listImports(scope, tx, after, take)),
        keyOf: (row) => row.id,
        present: presentImport,
      }),
  }),
  defineRoute({
    method: 'GET',
    path: '/imports/:import_id',
    auth: 'tenant',
    ids: { import_id: 'import' },
    reply: importJob,
    summary: 'Reads an import and how far it is.',
    handle: async ({ deps, scope, ids }) =>
      presentImport(await deps.db.tenant(scope, (tx) => getImport(scope, tx, ids.import_id))),
  }),
  defineRoute({
    method: 'POST',
    path: '/imports/:import_id/preview',
    auth: 'tenant',
    ids: { import_id: 'import' },
    body: importMapping,
    reply: mappedPreview,
    summary: 'Shows the first rows as they would be imported under this mapping; nothing is stored.',
    handle: ({ deps, scope, ids, body }) => previewImport(deps, scope, ids.import_id, body),
  }),
  defineRoute({
    method: 'POST',
    path: '/imports/:import_id/start',
    auth: 'tenant',
    role: 'operator',
    ids: { import_id: 'import' },
    body: importMapping,
    reply: importJob,
    summary: 'Imports the file under this mapping, in the background.',
    handle: async ({ deps, scope, ids, body }) =>
      presentImport(await startImport(deps, scope, ids.import_id, body)),
  }),
  defineRoute({
    method: 'POST',
    path: '/imports/:import_id/cancel',
    auth: 'tenant',
    role: 'operator',
    ids: { import_id: 'import' },
    reply: importJob,
    summary: 'Stops the import; contacts that are in stay.',
    handle: async ({ deps, scope, ids }) => presentImport(await cancelImport(deps, scope, ids.import_id)),
  }),
  defineRoute({
    method: 'GET',
    path: '/imports/:import_id/errors.csv',
    auth: 'tenant',
    ids: { import_id: 'import' },
    reply: 'stream',
    summary: 'Downloads the rows that were refused and why, as CSV.',
    handle: async ({ deps, scope, ids, res, signal }) => {
      const { found, settings } = await deps.db.tenant(scope, async (tx) => ({
        found: await getImport(scope, tx, ids.import_id),
        settings: await getTenantSettings(scope, tx),
      }));
      const lines = errorLines(deps, scope, found.id, settings.locale);
      const name = found.filename.replace(/\.[a-z]{1,5}$/i, '');
      res.statusCode = 200;
      res.setHeader('Content-Type', 'text/csv; charset=utf-8');
      res.setHeader('Content-Disposition', attachmentHeader(`${name}-errors.csv`));
      res.setHeader('Cache-Control', 'no-store');
      await pipeline(Readable.from(lines, { objectMode: false }), res, { signal });
    },
  }),
];
