import type { TenantScope } from '@zaphub/db';
import type { Task, TaskName } from '@zaphub/types';
import type { AppDeps } from '../../routing/index.ts';
import { presentTask } from '../present.ts';
import { getTask } from '../queries.ts';

/** A task of a tenant as whoever asked for it sees it. @throws AppError `conflict` while the same is under way */
export async function addTenantTask(
  deps: Pick<AppDeps, 'db' | 'tasks'>,
  scope: TenantScope,
  request: { name: TaskName; subject?: string; context?: Record<string, unknown>; retries?: number },
): Promise<Task> {
  const { name, subject, context, retries } = request;
  const { tenantId, actor } = scope;
  const requestedBy = actor.kind === 'user' ? actor.userId : undefined;
  const id = await deps.tasks.addTask({
    name,
    retries,
    context: { ...context, tenantId, requestedBy, subject },
  });
  return presentTask(await deps.db.tenant(scope, (tx) => getTask(scope, tx, id)));
}
