import { type Database, systemScope } from '@zaphub/db';
import {
  campaignSteps,
  deliverySteps,
  engineSteps,
  enqueue,
  type EngineStepDeps,
  type Fence,
  type FileStore,
  judgeNumbers,
  type ReconcileStep,
  sessionSteps,
  taskSteps,
  watchPools,
  watchStalls,
  webhookSteps,
} from '@zaphub/features';
import type { TaskQueue } from '@zaphub/kernel';
import type { Logger } from '@zaphub/telemetry';

export interface ReconcileStepsDeps {
  readonly engine: EngineStepDeps;
  readonly db: Database;
  readonly files: FileStore;
  readonly tasks: TaskQueue;
  readonly logger: Logger;
  /** After so long without progress, somebody else may take an import over. */
  readonly leaseMs: number;
  readonly fence: Fence;
}

/** Everything that is set right regularly, in order: time first, then what time has made due. */
export function reconcileSteps(deps: ReconcileStepsDeps): ReconcileStep[] {
  return [
    // A database that is a copy of an earlier day sends nothing of it.
    { name: 'fence', run: () => beat(deps.fence) },
    // Whoever has stopped is known before the lanes are rung.
    judgeNumbers(deps),
    watchPools(deps),
    ...engineSteps(deps.engine),
    ...campaignSteps(deps),
    ...sessionSteps(deps.db),
    ...webhookSteps(deps),
    ...deliverySteps(deps),
    { name: 'ring-imports', run: () => ringImports(deps) },
    ...taskSteps(deps),
    watchStalls(deps),
    // Last: with the queue's backend away it waits for its time-out.
    { name: 'watch-tasks', run: () => watchTasks(deps) },
  ];
}

async function beat(fence: Fence): Promise<number> {
  const held = await fence.check();
  return held === undefined ? 0 : held.campaigns + held.direct;
}

/** The queue warns by itself when it is asked and too many wait. Nothing is set right by it. */
async function watchTasks({ tasks, logger }: ReconcileStepsDeps): Promise<number> {
  try {
    await tasks.getQueueStats();
  } catch (error) {
    // The queues tell of their backend's absence themselves, and less often.
    logger.debug('nobody knows how many tasks wait', { error });
  }
  return 0;
}

/** Doorbells of imports that should be running and have not moved for a lease. */
function ringImports({ db, leaseMs }: ReconcileStepsDeps): Promise<number> {
  return db.system(async (tx) => {
    const stuck = await tx.rows<{ importId: string; tenantId: string }>(
      `select id as "importId", tenant_id as "tenantId" from imports i
       where status in ('queued', 'running')
         and progress_at < clock_timestamp() - $1::float8 * interval '1 millisecond' and not exists (
           select from outbox o where o.job = 'import.run' and o.payload ->> 'importId' = i.id::text) limit 1000`,
      [leaseMs],
    );
    for (const one of stuck) await enqueue(tx, systemScope(one.tenantId), 'import.run', one);
    return stuck.length;
  });
}
