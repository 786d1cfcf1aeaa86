import { pipeline } from 'node:stream/promises';
import { AppError, pageOf, pageQuery, task } from '@zaphub/types';
import { z } from 'zod';
import { getCampaign } from '../campaigns/index.ts';
import { attachmentHeader } from '../reports/index.ts';
import { defineRoute, paginate, type Route } from '../routing/index.ts';
import { addTenantTask } from './actions/add-tenant-task.ts';
import { presentTask } from './present.ts';
import { getTask, listTasks } from './queries.ts';

/** `/tasks`: how far long work got, and the files it made. */
export const taskRoutes: readonly Route[] = [
  defineRoute({
    method: 'GET',
    path: '/tasks',
    auth: 'tenant',
    query: pageQuery,
    reply: pageOf(task),
    summary: 'The tasks of the last days, newest first',
    handle: ({ deps, scope, query, cursors }) =>
      paginate(cursors, query, {
        key: z.int(),
        fetch: (before, limit) => deps.db.tenant(scope, (tx) => listTasks(scope, tx, { before, limit })),
        keyOf: (row) => row.seq,
        present: presentTask,
      }),
  }),
  defineRoute({
    method: 'POST',
    path: '/campaigns/:campaign_id/recount',
    auth: 'tenant',
    role: 'operator',
    ids: { campaign_id: 'campaign' },
    reply: task,
    status: 202,
    summary: 'Counts the recipients of a campaign again, as a task',
    handle: async ({ deps, scope, ids }) => {
      const { id } = await deps.db.tenant(scope, (tx) => getCampaign(scope, tx, ids.campaign_id));
      return addTenantTask(deps, scope, {
        name: 'campaign.recount',
        subject: id,
        context: { campaignId: id },
      });
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/tasks/:task_id',
    auth: 'tenant',
    ids: { task_id: 'task' },
    reply: task,
    summary: 'How far a task got',
    handle: async ({ deps, scope, ids }) =>
      presentTask(await deps.db.tenant(scope, (tx) => getTask(scope, tx, ids.task_id))),
  }),
  defineRoute({
    method: 'GET',
    path: '/tasks/:task_id/file',
    auth: 'tenant',
    role: 'admin',
    ids: { task_id: 'task' },
    reply: 'stream',
    summary: 'Downloads the file that a task has made; it is kept for a week',
    handle: async ({ deps, scope, ids, res, signal }) => {
      const row = await deps.db.tenant(scope, (tx) => getTask(scope, tx, ids.task_id));
      if (row.file_key === null) throw new AppError('not_found', 'the task has no file');
      const file = await deps.files.open(row.file_key);
      res.statusCode = 200;
      res.setHeader('Content-Type', 'application/zip');
      res.setHeader(
        'Content-Disposition',
        attachmentHeader(`zaphub-${row.added_at.toISOString().slice(0, 10)}.zip`),
      );
      res.setHeader('Cache-Control', 'no-store');
      await pipeline(file, res, { signal });
    },
  }),
];
