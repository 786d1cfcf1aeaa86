import { systemScope } from '@zaphub/db';
import { type JobHandler, type JobPayload, webhookDelivery } from '@zaphub/queues';
import { enqueue } from '../../outbox/index.ts';
import { type DeliveryDeps, runDeliveryTurn } from '../delivery/run-delivery-turn.ts';
import { timeIn } from '../delivery/time-in.ts';
import { createTenantTurns } from './tenant-turns.ts';

/** Turns that one tenant may have in this process at once: slow receivers of theirs leave a place to the others. */
const mostOfOne = Math.max(1, webhookDelivery.concurrency - 1);
const waitMs = 1_000;

/**
 * Handles `webhook.delivery`: one turn at an endpoint, then another ring when something is left. A receiver that fails is
 * no failed job: what was tried, and when it is tried next, stands in the database.
 */
export function createDeliveryHandler(deps: DeliveryDeps): JobHandler<JobPayload<'webhook.delivery'>> {
  const turns = createTenantTurns(mostOfOne);
  return async ({ payload, signal, closing }) => {
    const scope = systemScope(payload.tenantId);
    const ringIn = (delayMs: number): Promise<void> =>
      deps.db.tenant(scope, async (tx) =>
        enqueue(tx, scope, 'webhook.delivery', payload, { dueAt: await timeIn(tx, delayMs) }),
      );
    if (!turns.enter(payload.tenantId)) return ringIn(waitMs);
    let isMore = false;
    let isWaitedFor = false;
    try {
      isMore = await runDeliveryTurn(deps, payload, { signal, closing });
    } finally {
      isWaitedFor = turns.leave(payload.tenantId);
    }
    // Whoever was refused comes within its wait, and is to find a place.
    if (isMore) await ringIn(isWaitedFor ? 2 * waitMs : 0);
  };
}
