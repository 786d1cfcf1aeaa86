import type { JobHandler, JobPayload } from '@zaphub/queues';
import { syncTemplates, type TemplateSyncDeps } from '../sync-templates.ts';

/** Handles `templates.sync`: reads the list of a connection's account. */
export function createTemplatesHandler(deps: TemplateSyncDeps): JobHandler<JobPayload<'templates.sync'>> {
  return async ({ payload, signal }) => {
    await syncTemplates(deps, { ...payload, signal });
  };
}
