import { systemScope } from '@zaphub/db';
import type { JobHandler, JobPayload } from '@zaphub/queues';
import { enqueue } from '../../outbox/index.ts';
import { type DeliveryDeps, runDeliveryTurn } from '../delivery/run-delivery-turn.ts';

/**
 * Handles `webhook.delivery`: one turn at an endpoint, then another ring when something is left. A receiver that fails is
 * no failed job: what was tried, and when it is tried next, stands in the database.
 */
export function createDeliveryHandler(deps: DeliveryDeps): JobHandler<JobPayload<'webhook.delivery'>> {
  return async ({ payload, signal, closing }) => {
    if (!(await runDeliveryTurn(deps, payload, { signal, closing }))) return;
    const scope = systemScope(payload.tenantId);
    await deps.db.tenant(scope, (tx) => enqueue(tx, scope, 'webhook.delivery', payload));
  };
}
