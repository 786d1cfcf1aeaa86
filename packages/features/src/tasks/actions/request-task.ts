import { randomUUID } from 'node:crypto';
import type { TenantScope, Tx } from '@zaphub/db';
import type { TaskPriority } from '@zaphub/kernel';
import { AppError, type TaskName, toPublicId } from '@zaphub/types';
import { enqueue } from '../../outbox/index.ts';

/** What somebody asks for. */
export interface TaskRequest {
  /** UUID; a new one when absent. */
  readonly id?: string;
  readonly name: TaskName;
  /** What it is about, where a tenant may have several of the name at once. */
  readonly subject?: string | undefined;
  readonly context?: Readonly<Record<string, unknown>> | undefined;
  readonly priority?: TaskPriority | undefined;
  /** Default 2. */
  readonly retries?: number | undefined;
}

/**
 * Writes a task down and rings for it, in the caller's transaction; answers its id.
 *
 * @throws AppError `conflict` while the same is under way, with its id as `task_id`
 */
export async function requestTask(scope: TenantScope, tx: Tx, request: TaskRequest): Promise<string> {
  const { id = randomUUID(), name, subject = '', context = {}, priority = 'normal', retries = 2 } = request;
  const { tenantId } = scope;
  const added = await tx.run(
    `insert into tasks (id, tenant_id, name, subject, context, priority, retries, requested_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (tenant_id, name, subject) where state in ('pending', 'processing') do nothing`,
    [
      id,
      tenantId,
      name,
      subject,
      JSON.stringify(context),
      priority,
      retries,
      scope.actor.kind === 'user' ? scope.actor.userId : null,
    ],
  );
  if (added === 0) throw await alreadyUnderWay(scope, tx, { name, subject });
  await enqueue(tx, scope, 'task.run', { id, name, context: { tenantId }, priority, retries });
  return id;
}

async function alreadyUnderWay(
  scope: TenantScope,
  tx: Tx,
  same: { name: string; subject: string },
): Promise<AppError> {
  const open = await tx.maybeOne<{ id: string }>(
    `select id from tasks where tenant_id = $1 and name = $2 and subject = $3 and state in ('pending', 'processing')`,
    [scope.tenantId, same.name, same.subject],
  );
  return new AppError('conflict', `${same.name} is under way`, {
    publicMessage: {
      en: 'This is under way already. Nothing was started twice; wait for it to end.',
      'pt-BR': 'Isso já está em andamento. Nada foi iniciado em dobro; aguarde terminar.',
    },
    ...(open === undefined ? {} : { details: { task_id: toPublicId('task', open.id) } }),
  });
}
