import { systemScope } from '@zaphub/db';
import { importRun } from '@zaphub/queues';
import type { JobHandler, JobPayload } from '@zaphub/queues';
import { enqueue } from '../../outbox/index.ts';
import { runImport } from './run-import.ts';
import type { RunImportDeps } from './run-import.ts';

/**
 * The handler of `import.run`. A worker that closes stops behind the batch it is at and lets the next one know
 * that there is work left.
 */
export function createImportHandler(deps: RunImportDeps): JobHandler<JobPayload<'import.run'>> {
  return async ({ payload, attempt, signal, closing }) => {
    const scope = systemScope(payload.tenantId);
    try {
      await runImport(deps, scope, payload.importId, {
        signal: AbortSignal.any([signal, closing]),
        isLastAttempt: attempt >= importRun.attempts,
      });
    } catch (error) {
      if (!closing.aborted || signal.aborted) throw error;
      await deps.db.tenant(scope, (tx) => enqueue(tx, scope, 'import.run', payload));
    }
  };
}
