import type { TenantScope, Tx } from '@zaphub/db';
import { enqueue } from '../../outbox/index.ts';
import { disableEndpoint } from './disable-endpoint.ts';
import type { ClaimedDelivery } from './claim-deliveries.ts';
import { judgeResult, type Judgement } from './judge-result.ts';
import type { CallResult } from './post-webhook.ts';
import { timeIn } from './time-in.ts';

/** An attempt that has ended. */
export interface EndedAttempt {
  readonly delivery: ClaimedDelivery;
  readonly result: CallResult;
}

/** After so many failures in a row an endpoint is asked once in so long, until it answers well. */
const restAfterFailures = 5;
const restSeconds = 60;
/** An endpoint that did nothing but fail, so often and for so long, is switched off. */
const disableAfter = { failures: 20, hours: 24 } as const;

/**
 * Writes down how attempts at an endpoint ended: the deliveries under their fences, the log, the endpoint's health and
 * the bell for what is tried again, all or nothing. An attempt whose delivery somebody else has taken over meanwhile is
 * kept in the log and changes nothing else.
 */
export async function recordAttempts(
  tx: Tx,
  scope: TenantScope,
  endpointId: string,
  ended: readonly EndedAttempt[],
): Promise<void> {
  const judged: { readonly attempt: EndedAttempt; readonly judgement: Judgement }[] = [];
  const isOff = await isSwitchedOff(tx, scope, endpointId);
  // One after the other in the order of their ids, so that two workers never wait for each other in a circle.
  for (const attempt of ended.toSorted((a, b) => (a.delivery.id < b.delivery.id ? -1 : 1))) {
    const judgement = judgeResult(attempt.result, { ...attempt.delivery, isOff });
    await logAttempt(tx, scope, attempt);
    if (await moveDelivery(tx, scope, attempt, judgement)) judged.push({ attempt, judgement });
  }
  await noteHealth(tx, scope, endpointId, judged);
  const waits = judged.flatMap(({ judgement }) => {
    if (judgement.next === 'again') return [judgement.delayMs];
    return judgement.next === 'back' ? [0] : [];
  });
  const { tenantId } = scope;
  for (const delayMs of new Set(waits)) {
    await enqueue(
      tx,
      scope,
      'webhook.delivery',
      { tenantId, endpointId },
      { dueAt: await timeIn(tx, delayMs) },
    );
  }
}

/** What waited was given up then; what was under way is now, unless it has arrived. */
async function isSwitchedOff(tx: Tx, { tenantId }: TenantScope, endpointId: string): Promise<boolean> {
  const off = await tx.run('select from webhook_endpoints where tenant_id = $1 and id = $2 and not enabled', [
    tenantId,
    endpointId,
  ]);
  return off > 0;
}

async function logAttempt(
  tx: Tx,
  { tenantId }: TenantScope,
  { delivery, result }: EndedAttempt,
): Promise<void> {
  await tx.run(
    `update webhook_attempts set duration_ms = $4, status = $5, error_code = $6, response = $7
     where tenant_id = $1 and delivery_id = $2 and fence = $3`,
    [
      tenantId,
      delivery.id,
      delivery.fence,
      result.durationMs,
      result.status ?? null,
      result.error ?? null,
      result.response ?? null,
    ],
  );
}

/** Answers whether the delivery was still this worker's. */
async function moveDelivery(
  tx: Tx,
  { tenantId }: TenantScope,
  { delivery, result }: EndedAttempt,
  judgement: Judgement,
): Promise<boolean> {
  const isBack = judgement.next === 'back';
  const isOver = judgement.next === 'delivered' || judgement.next === 'failed';
  const moved = await tx.run(
    `update webhook_deliveries set lease_until = null, state = $4, attempts = attempts + $5,
       due_at = clock_timestamp() + $6::float8 * interval '1 millisecond',
       status = case when $7 then status else $8 end, error_code = case when $7 then error_code else $9 end,
       finished_at = case when $10 then clock_timestamp() end
     where tenant_id = $1 and id = $2 and fence = $3 and state = 'pending'`,
    [
      tenantId,
      delivery.id,
      delivery.fence,
      isOver ? judgement.next : 'pending',
      isBack ? 0 : 1,
      judgement.next === 'again' ? judgement.delayMs : 0,
      isBack,
      result.status ?? null,
      result.error ?? null,
      isOver,
    ],
  );
  return moved > 0;
}

/** Tests say nothing about how an endpoint does. */
async function noteHealth(
  tx: Tx,
  scope: TenantScope,
  endpointId: string,
  judged: readonly { readonly attempt: EndedAttempt; readonly judgement: Judgement }[],
): Promise<void> {
  const counted = judged.filter(
    ({ attempt, judgement }) => !attempt.delivery.isTest && judgement.next !== 'back',
  );
  if (counted.length === 0) return;
  const failures = counted.filter(({ judgement }) => judgement.next !== 'delivered');
  const asked = failures.map(({ judgement }) =>
    judgement.next === 'again' && judgement.rests ? judgement.delayMs : 0,
  );
  const row = await tx.maybeOne<{ isLost: boolean }>(
    // One good answer among them, and the run of failures has ended.
    `update webhook_endpoints set
       failures = case when $4 then 0 else failures + $3 end,
       failing_since = case when not $4 then coalesce(failing_since, clock_timestamp()) end,
       last_success_at = case when $4 then clock_timestamp() else last_success_at end,
       last_failure_at = case when $3 > 0 then clock_timestamp() else last_failure_at end,
       rests_until = case
         when $5::float8 > 0 then clock_timestamp() + $5::float8 * interval '1 millisecond'
         when not $4 and failures + $3 >= ${restAfterFailures} then clock_timestamp() + interval '${restSeconds} s' end
     where tenant_id = $1 and id = $2
     returning enabled and failures >= ${disableAfter.failures}
       and failing_since <= clock_timestamp() - interval '${disableAfter.hours} h' as "isLost"`,
    [scope.tenantId, endpointId, failures.length, failures.length < counted.length, Math.max(0, ...asked)],
  );
  const isGone = failures.some(({ judgement }) => judgement.next === 'failed' && judgement.isGone);
  if (isGone) await disableEndpoint(tx, scope, { endpointId, cause: 'gone' });
  else if (row?.isLost === true) await disableEndpoint(tx, scope, { endpointId, cause: 'failing' });
}
