import type { TenantScope, Tx } from '@zaphub/db';
import { recordConnectionEvent } from '../connections/index.ts';

/** A number is halved so often at most: to a sixty-fourth. */
const mostSteps = 6;

/*
 * Invariants: a step halves the lane's rate, and one is taken back for every minute that nobody asks again
 * (`app.slow_steps_now`). Answers of one burst are one step: they were all under way before the first was heard.
 */
const text = `
update lanes set slow_steps = least($3::int, app.slow_steps_now(slow_steps, slowed_at) + 1), slowed_at = clock_timestamp(),
  slow_cause = $4
where connection_id = $2 and tenant_id = $1
  and (slowed_at is null or slowed_at < clock_timestamp() - $5::float8 * interval '1 millisecond')
returning slow_steps as steps`;

const burstMs = 1_000;

/**
 * Halves the rate of a number's lane, because its network asked for it; it recovers by itself, a step a minute.
 * Answers how many steps it is down, or `undefined` when this burst has been heard already.
 */
export async function slowDown(
  tx: Tx,
  scope: TenantScope,
  connectionId: string,
  { cause, detail }: { readonly cause: string; readonly detail?: string },
): Promise<number | undefined> {
  const lane = await tx.maybeOne<{ steps: number }>(text, [
    scope.tenantId,
    connectionId,
    mostSteps,
    cause,
    burstMs,
  ]);
  if (lane === undefined) return undefined;
  await recordConnectionEvent(tx, scope, {
    connectionId,
    type: 'connection.slowed',
    cause,
    ...(detail === undefined ? {} : { detail }),
  });
  return lane.steps;
}
