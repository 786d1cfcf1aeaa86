import type { TenantScope, Tx } from '@zaphub/db';
import { enqueue } from '../../outbox/index.ts';
import { readEventData } from './event-data.ts';
import { type FactRow, gatherFacts } from './gather-facts.ts';

/** Each may stand for hundreds of messages. */
const factsAtOnce = 100;

const take = `
delete from webhook_facts f using (
  select id from webhook_facts where tenant_id = $1 order by id limit ${factsAtOnce} for update skip locked
) next where f.tenant_id = $1 and f.id = next.id
returning f.id, f.type, f.connection_id, f.campaign_id, f.subject_ids, f.details, f.happened_at`;

const write = `
with event as (
  insert into webhook_events (tenant_id, type, connection_id, body)
  select $1, * from unnest($2::text[], $3::uuid[], $4::text[]) returning id, type
), delivery as (
  insert into webhook_deliveries (tenant_id, endpoint_id, event_id)
  select $1, e.id, v.id from event v
  join webhook_endpoints e on e.tenant_id = $1 and e.enabled and v.type = any (e.types)
  returning endpoint_id
)
select distinct endpoint_id as "endpointId" from delivery`;

/**
 * Makes events of what has happened to a tenant, one delivery of each for every endpoint that asks for it, and rings for
 * them; in the transaction that takes the facts away, so each is told of once. Answers how many facts it took.
 */
export async function makeEvents(tx: Tx, scope: TenantScope): Promise<number> {
  const facts = await tx.rows<FactRow & { id: number }>(take, [scope.tenantId]);
  if (facts.length === 0) return 0;
  const ordered = facts.toSorted((a, b) => a.id - b.id);
  const events: { type: string; connectionId: string | null; body: string }[] = [];
  for (const happening of gatherFacts(ordered)) {
    const found = await readEventData(tx, scope, happening);
    if (found === undefined) continue;
    const { type, at } = happening;
    const body = eventBody(type, at, found.data);
    events.push({ type, connectionId: found.connectionId, body });
  }
  const rung = await tx.rows<{ endpointId: string }>(write, [
    scope.tenantId,
    events.map(({ type }) => type),
    events.map(({ connectionId }) => connectionId),
    events.map(({ body }) => body),
  ]);
  for (const { endpointId } of rung) {
    await enqueue(tx, scope, 'webhook.delivery', { tenantId: scope.tenantId, endpointId });
  }
  return facts.length;
}

/** The bytes of an event, in the form of Standard Webhooks. */
export function eventBody(type: string, at: Date, data: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ type, timestamp: at.toISOString(), data });
}
