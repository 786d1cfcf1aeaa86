import { systemScope, type TenantScope } from '@zaphub/db';
import { createTenant, useTestDatabase } from '@zaphub/testing';
import { expect, test } from 'vitest';
import { audit } from './audit.ts';

const database = useTestDatabase();

async function asOwner(): Promise<TenantScope> {
  const { tenantId, ownerId } = await createTenant(database.system);
  return { tenantId, actor: { kind: 'user', userId: ownerId }, role: 'owner' };
}

const logOf = (scope: TenantScope) =>
  database.api.tenant(scope, (tx) =>
    tx.rows('select actor_kind, actor_id, action, subject, details from audit_log order by id'),
  );

test('who did what to what is kept, people and the engine alike', async () => {
  const scope = await asOwner();
  const actorId = scope.actor.kind === 'user' ? scope.actor.userId : undefined;
  await database.api.tenant(scope, (tx) =>
    audit(tx, scope, { action: 'things.mend', subject: 'msg_1', details: { n: 2 } }),
  );
  await database.system.system((tx) => audit(tx, systemScope(scope.tenantId), { action: 'things.sweep' }));
  expect(await logOf(scope)).toEqual([
    { actor_kind: 'user', actor_id: actorId, action: 'things.mend', subject: 'msg_1', details: { n: 2 } },
    { actor_kind: 'system', actor_id: null, action: 'things.sweep', subject: '', details: {} },
  ]);
});

test('what was not done is not in it', async () => {
  const scope = await asOwner();
  const failing = database.api.tenant(scope, async (tx) => {
    await audit(tx, scope, { action: 'things.mend' });
    throw new Error('it went wrong after all');
  });
  await expect(failing).rejects.toThrow('after all');
  expect(await logOf(scope)).toEqual([]);
});

test('nobody rewrites it, neither the api nor the engine', async () => {
  const scope = await asOwner();
  await database.api.tenant(scope, (tx) => audit(tx, scope, { action: 'things.mend' }));
  const rewrite = `update audit_log set action = 'nothing'`;
  await expect(database.api.tenant(scope, (tx) => tx.run(rewrite))).rejects.toMatchObject({ code: '42501' });
  await expect(database.system.system((tx) => tx.run(rewrite))).rejects.toMatchObject({ code: '42501' });
  const remove = database.api.tenant(scope, (tx) => tx.run('delete from audit_log'));
  await expect(remove).rejects.toMatchObject({ code: '42501' });
  expect(await logOf(scope)).toHaveLength(1);
});
