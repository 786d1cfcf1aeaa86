import type { Database, TenantScope, Tx } from '@zaphub/db';
import { uniqueViolation } from '@zaphub/db';
import { AppError, fromPublicId, type SenderPoolInput, toPublicId } from '@zaphub/types';
import { audit } from '../../audit/index.ts';
import { getSenderPool, type SenderPoolRow } from '../queries.ts';
import { rememberConversations } from '../remember-senders.ts';

/**
 * Makes a pool, or changes the one with `poolId`; has effect on campaigns that are under way. A number that is taken
 * out leaves what waits for it to the others.
 * @throws AppError `not_found` (the pool, or a number of it), `name_taken`
 */
export async function saveSenderPool(
  deps: { readonly db: Database },
  scope: TenantScope,
  { poolId, input }: { readonly poolId: string | undefined; readonly input: SenderPoolInput },
): Promise<SenderPoolRow> {
  try {
    return await deps.db.tenant(scope, async (tx) => {
      if (poolId !== undefined) await getSenderPool(scope, tx, poolId);
      await requireNumbers(tx, scope, input.members);
      const id = await writePool(tx, scope, poolId, input);
      await writeMembers(tx, scope, id, input.members);
      await rememberConversations(tx, scope, id);
      await audit(tx, scope, {
        action: poolId === undefined ? 'sender_pools.create' : 'sender_pools.update',
        subject: toPublicId('sender_pool', id),
        details: { ...input },
      });
      return getSenderPool(scope, tx, id);
    });
  } catch (error) {
    if (uniqueViolation(error) !== 'sender_pools_name') throw error;
    throw new AppError('name_taken', 'a pool has this name already', {
      publicMessage: {
        en: 'Another pool has this name already. Choose a different one.',
        'pt-BR': 'Outro grupo já tem esse nome. Escolha um diferente.',
      },
    });
  }
}

async function requireNumbers(
  tx: Tx,
  scope: TenantScope,
  members: SenderPoolInput['members'],
): Promise<void> {
  const ids = new Set(members.map((member) => fromPublicId('connection', member.connection_id)));
  const found = await tx.run(
    'select from connections where tenant_id = $1 and id = any($2::uuid[]) and deleted_at is null',
    [scope.tenantId, [...ids]],
  );
  if (found !== ids.size) throw new AppError('not_found', 'no such connection');
}

async function writePool(
  tx: Tx,
  scope: TenantScope,
  poolId: string | undefined,
  input: SenderPoolInput,
): Promise<string> {
  const values = [scope.tenantId, input.name, input.sticky, input.failover_after_seconds];
  if (poolId === undefined) {
    const made = await tx.one<{ id: string }>(
      'insert into sender_pools (tenant_id, name, sticky, failover_after_s) values ($1, $2, $3, $4) returning id',
      values,
    );
    return made.id;
  }
  await tx.run(
    'update sender_pools set name = $2, sticky = $3, failover_after_s = $4 where tenant_id = $1 and id = $5',
    [...values, poolId],
  );
  return poolId;
}

async function writeMembers(
  tx: Tx,
  scope: TenantScope,
  poolId: string,
  members: SenderPoolInput['members'],
): Promise<void> {
  const ids = members.map((member) => fromPublicId('connection', member.connection_id));
  await tx.run(
    'delete from sender_pool_members where tenant_id = $1 and pool_id = $2 and connection_id <> all($3::uuid[])',
    [scope.tenantId, poolId, ids],
  );
  await tx.run(
    `insert into sender_pool_members (tenant_id, pool_id, connection_id, weight, stopped_at)
     select $1, $2, w.id, w.weight, case when not app.can_send(s.status, s.hold_cause, s.hold_until) then clock_timestamp() end
     from unnest($3::uuid[], $4::int[]) as w (id, weight) join connections s on s.tenant_id = $1 and s.id = w.id
     order by w.id on conflict (tenant_id, pool_id, connection_id) do update set weight = excluded.weight`,
    [scope.tenantId, poolId, ids, members.map((member) => member.weight)],
  );
  // Whoever has joined campaigns that are under way begins at once.
  await tx.run(
    `select app.wake_lane($1, w.id) from unnest($3::uuid[]) as w (id)
     where exists (select from campaigns c where c.tenant_id = $1 and c.pool_id = $2 and c.status = 'running')`,
    [scope.tenantId, poolId, ids],
  );
}
