import { type Database, systemScope } from '@zaphub/db';
import type { DurableTasks } from '@zaphub/kernel';
import { AppError, taskName } from '@zaphub/types';
import { z } from 'zod';
import { requestTask } from './actions/request-task.ts';
import { readTaskCounts } from './queries.ts';

const tenantContext = z.looseObject({
  tenantId: z.uuid(),
  requestedBy: z.uuid().optional(),
  subject: z.string().optional(),
});

/**
 * Keeps tasks as rows of their tenant, for a process that adds them and asks: the api, which cannot reach the queue.
 * Their context names the tenant (`tenantId`), who asked (`requestedBy`) and what it is about (`subject`). How far one
 * got is its tenant's to know: `getTask` asks, an id alone finds nothing.
 */
export function createTaskLedger(db: Database): DurableTasks {
  return {
    async add({ id, name, context, priority, retries }) {
      const { tenantId, requestedBy, subject, ...rest } = tenantContext.parse(context);
      const scope = {
        ...systemScope(tenantId),
        ...(requestedBy === undefined ? {} : { actor: { kind: 'user', userId: requestedBy } as const }),
      };
      await db.tenant(scope, (tx) =>
        requestTask(scope, tx, {
          id,
          name: taskName.parse(name),
          subject,
          context: rest,
          priority,
          retries,
        }),
      );
    },
    find: () => Promise.resolve(undefined),
    stats: () => readTaskCounts(db),
    process: () => Promise.reject(new AppError('internal', 'tasks are done by the worker')),
  };
}
