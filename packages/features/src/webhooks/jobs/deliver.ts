import { systemScope } from '@zaphub/db';
import { type JobHandler, type JobPayload, webhookDelivery } from '@zaphub/queues';
import { enqueue } from '../../outbox/index.ts';
import { timeIn } from '../delivery/time-in.ts';
import { type DeliveryDeps, runDeliveryTurn } from '../delivery/run-delivery-turn.ts';

/** Turns that one tenant may have in this process at once: slow receivers of theirs leave a place to the others. */
const mostOfOne = Math.max(1, webhookDelivery.concurrency - 1);
const laterMs = 1_000;

/**
 * Handles `webhook.delivery`: one turn at an endpoint, then another ring when something is left. A receiver that fails is
 * no failed job: what was tried, and when it is tried next, stands in the database.
 */
export function createDeliveryHandler(deps: DeliveryDeps): JobHandler<JobPayload<'webhook.delivery'>> {
  const turns = new Map<string, number>();
  const leave = (tenantId: string): void => {
    const left = (turns.get(tenantId) ?? 1) - 1;
    if (left === 0) turns.delete(tenantId);
    else turns.set(tenantId, left);
  };
  return async ({ payload, signal, closing }) => {
    const { tenantId } = payload;
    const underWay = turns.get(tenantId) ?? 0;
    const mustWait = underWay >= mostOfOne;
    if (!mustWait) {
      turns.set(tenantId, underWay + 1);
      try {
        if (!(await runDeliveryTurn(deps, payload, { signal, closing }))) return;
      } finally {
        leave(tenantId);
      }
    }
    const scope = systemScope(tenantId);
    await deps.db.tenant(scope, async (tx) => {
      const dueAt = await timeIn(tx, mustWait ? laterMs : 0);
      await enqueue(tx, scope, 'webhook.delivery', payload, { dueAt });
    });
  };
}
