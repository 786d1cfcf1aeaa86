import type { TenantScope, Tx } from '@zaphub/db';

/** Somebody who has written to one of the tenant's numbers. */
export interface HeardFrom {
  /** The contact that is shown. */
  readonly contactId: string;
  readonly connectionId: string;
  readonly at: Date;
}

/*
 * The number of whichever was last, a send or a message of theirs, keeps the contact. Often enough it is the same one, and
 * nothing is written; rows are locked in one order.
 */
const keepNewest = `
on conflict (tenant_id, contact_id) do update set connection_id = excluded.connection_id, at = excluded.at
where k.at < excluded.at and (k.connection_id <> excluded.connection_id or k.at < excluded.at - interval '1 hour')`;

/**
 * Notes to which number people have written: campaigns of a sticky pool go out from it, so that the answer to an open
 * conversation and the next campaign come from one number. Only for a tenant that has pools.
 */
export async function rememberSenders(
  tx: Tx,
  scope: TenantScope,
  heard: readonly HeardFrom[],
): Promise<void> {
  if (heard.length === 0) return;
  await tx.prepared(
    'remember_senders',
    `insert into contact_senders as k (tenant_id, contact_id, connection_id, at)
     select distinct on (h.contact_id) $1, h.contact_id, h.connection_id, least(h.at, clock_timestamp())
     from unnest($2::uuid[], $3::uuid[], $4::timestamptz[]) as h (contact_id, connection_id, at)
     where exists (select from sender_pools o where o.tenant_id = $1 and o.deleted_at is null)
     order by h.contact_id, h.at desc ${keepNewest}`,
    [
      scope.tenantId,
      heard.map((each) => each.contactId),
      heard.map((each) => each.connectionId),
      heard.map((each) => each.at),
    ],
  );
}

/** The same for what people had written to numbers of a pool before it had them. */
export async function rememberConversations(tx: Tx, scope: TenantScope, poolId: string): Promise<void> {
  await tx.run(
    `insert into contact_senders as k (tenant_id, contact_id, connection_id, at)
     select distinct on (v.contact_id) $1, v.contact_id, v.connection_id, v.last_inbound_at
     from sender_pool_members p join conversations v on v.tenant_id = $1 and v.connection_id = p.connection_id
     where p.tenant_id = $1 and p.pool_id = $2 and v.last_inbound_at is not null
     order by v.contact_id, v.last_inbound_at desc ${keepNewest}`,
    [scope.tenantId, poolId],
  );
}
