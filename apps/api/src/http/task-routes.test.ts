import { randomUUID } from 'node:crypto';
import { createDeletionHandler, createExportHandler } from '@zaphub/features';
import type { TaskHandler } from '@zaphub/kernel';
import { silentLogger } from '@zaphub/telemetry';
import { createContacts, createTenant, type TestTenant } from '@zaphub/testing';
import { fromPublicId, problem, type Task, task, toPublicId } from '@zaphub/types';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { useTestApi } from '../testing/test-api.ts';

const api = useTestApi();
const taskPage = z.object({ data: z.array(task), has_more: z.boolean(), next_cursor: z.string().nullable() });

async function post(path: string, as: string, json?: unknown): Promise<Response> {
  return api.call(path, { method: 'POST', as, ...(json === undefined ? {} : { json }) });
}

/** Does a task as the worker would. */
async function perform(handler: TaskHandler, asked: Task, { tenantId }: TestTenant): Promise<void> {
  await handler({
    id: fromPublicId('task', asked.id) ?? '',
    context: { tenantId },
    attempt: 1,
    isLast: false,
    signal: new AbortController().signal,
  });
}

async function addMember(tenant: TestTenant, role: string): Promise<string> {
  const userId = randomUUID();
  await api.system.system((tx) =>
    tx.run(`insert into members (tenant_id, user_id, role, email) values ($1, $2, $3, 'm@example.com')`, [
      tenant.tenantId,
      userId,
      role,
    ]),
  );
  return userId;
}

const deps = () => ({ db: api.system, files: api.files, logger: silentLogger });

describe('an export', () => {
  test('is asked for, followed and downloaded, by an administrator', async () => {
    const tenant = await createTenant(api.system);
    await createContacts(api.system, tenant.tenantId, { count: 3 });
    const viewer = await addMember(tenant, 'viewer');
    expect((await post('/api/v1/tenant/exports', viewer)).status).toBe(403);
    const reply = await post('/api/v1/tenant/exports', tenant.ownerId);
    expect(reply.status).toBe(202);
    const asked = task.parse(await reply.json());
    expect(asked).toMatchObject({ name: 'tenant.export', state: 'pending', has_file: false });
    const twice = await post('/api/v1/tenant/exports', tenant.ownerId);
    expect([twice.status, problem.parse(await twice.json())]).toMatchObject([
      409,
      { code: 'conflict', details: { task_id: asked.id } },
    ]);
    const filePath = `/api/v1/tasks/${asked.id}/file`;
    expect((await api.call(filePath, { as: tenant.ownerId })).status).toBe(404);

    await perform(createExportHandler(deps()), asked, tenant);
    const done = task.parse(await (await api.call(`/api/v1/tasks/${asked.id}`, { as: viewer })).json());
    expect(done).toMatchObject({
      state: 'completed',
      has_file: true,
      result: { rows: { 'contacts.ndjson': 3 } },
    });
    expect((await api.call(filePath, { as: viewer })).status).toBe(403);
    const file = await api.call(filePath, { as: tenant.ownerId });
    expect([file.status, file.headers.get('content-type'), file.headers.get('content-disposition')]).toEqual([
      200,
      'application/zip',
      expect.stringMatching(/^attachment; filename="zaphub-\d{4}-\d\d-\d\d\.zip"/),
    ]);
    const archive = Buffer.from(await file.arrayBuffer());
    expect(archive.subarray(0, 4).toString('latin1')).toBe('PK\u0003\u0004');
    expect(archive.length).toBe(done.result?.['size_bytes']);
  });

  test('is listed among the tenant’s tasks, newest first', async () => {
    const tenant = await createTenant(api.system);
    const ids: string[] = [];
    for (let n = 0; n < 3; n++) {
      const asked = task.parse(await (await post('/api/v1/tenant/exports', tenant.ownerId)).json());
      await perform(createExportHandler(deps()), asked, tenant);
      ids.unshift(asked.id);
    }
    const first = taskPage.parse(
      await (await api.call('/api/v1/tasks?limit=2', { as: tenant.ownerId })).json(),
    );
    expect(first.data.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    const rest = taskPage.parse(
      await (
        await api.call(`/api/v1/tasks?limit=2&cursor=${first.next_cursor}`, { as: tenant.ownerId })
      ).json(),
    );
    expect([rest.data.map(({ id }) => id), rest.has_more]).toEqual([ids.slice(2), false]);
  });
});

describe('the deletion of a tenant', () => {
  test('needs the owner and the name, lets people only look, and ends with nobody in', async () => {
    const tenant = await createTenant(api.system, { name: 'Café da Ana' });
    const admin = await addMember(tenant, 'admin');
    const path = '/api/v1/tenant/deletion';
    expect((await post(path, admin, { name: 'Café da Ana' })).status).toBe(403);
    const wrong = await post(path, tenant.ownerId, { name: 'Cafe da Ana' });
    expect([wrong.status, problem.parse(await wrong.json()).code]).toEqual([422, 'name_mismatch']);
    expect((await post(path, tenant.ownerId, {})).status).toBe(422);
    expect((await post('/api/v1/sample-data', tenant.ownerId)).status).toBe(200);

    const reply = await post(path, tenant.ownerId, { name: 'Café da Ana' });
    expect(reply.status).toBe(202);
    const asked = task.parse(await reply.json());
    for (const blocked of ['/api/v1/sample-data', '/api/v1/tenant/exports', path]) {
      expect((await post(blocked, tenant.ownerId, blocked === path ? { name: 'x' } : undefined)).status).toBe(
        403,
      );
    }
    const seen = await api.call(`/api/v1/tasks/${asked.id}`, { as: admin });
    expect(task.parse(await seen.json())).toMatchObject({ name: 'tenant.delete', state: 'pending' });

    await perform(createDeletionHandler(deps()), asked, tenant);
    for (const userId of [tenant.ownerId, admin]) {
      const me = await api.call('/api/v1/me', { as: userId });
      expect(await me.json()).toMatchObject({ tenants: [] });
      const gone = await api.call(`/api/v1/tasks/${asked.id}`, {
        as: userId,
        tenant: toPublicId('tenant', tenant.tenantId),
      });
      expect(gone.status).toBe(404);
    }
  });
});

test('a recount is of one campaign, and by whoever may run it', async () => {
  const tenant = await createTenant(api.system);
  const campaignId = await api.system.system(async (tx) => {
    const { id } = await tx.one<{ id: string }>(
      `insert into campaigns (tenant_id, name, body, connection_id, audience) values ($1, 'June', 'Hi', $2, '{"kind":"all"}')
       returning id`,
      [tenant.tenantId, tenant.connectionId],
    );
    await tx.run('insert into campaign_counters (campaign_id, tenant_id) values ($1, $2)', [
      id,
      tenant.tenantId,
    ]);
    return id;
  });
  const path = `/api/v1/campaigns/${toPublicId('campaign', campaignId)}/recount`;
  expect((await post(path, await addMember(tenant, 'viewer'))).status).toBe(403);
  const reply = await post(path, await addMember(tenant, 'operator'));
  expect([reply.status, task.parse(await reply.json())]).toMatchObject([202, { name: 'campaign.recount' }]);
  expect((await post(path, tenant.ownerId)).status).toBe(409);
  const { ownerId } = await createTenant(api.system);
  expect((await post(path, ownerId)).status).toBe(404);
});
