import { createTenant, type TestTenant } from '@zaphub/testing';
import { importJob, problem } from '@zaphub/types';
import { beforeAll, expect, test } from 'vitest';
import { useTestApi } from '../testing/test-api.ts';

const api = useTestApi();
let tenant: TestTenant;
beforeAll(async () => {
  tenant = await createTenant(api.system);
});

const upload = (body: Uint8Array<ArrayBuffer>, filename = 'contacts.csv'): Promise<Response> =>
  api.call(`/api/v1/imports?filename=${encodeURIComponent(filename)}`, {
    method: 'POST',
    as: tenant.ownerId,
    body,
    headers: { 'content-type': 'application/octet-stream' },
  });

test('a file arrives whole and its name cannot do harm', async () => {
  const response = await upload(
    new TextEncoder().encode('phone,name\n+5511987654321,Ana\n'),
    '../../é "x".csv',
  );
  expect(response.status).toBe(201);
  const job = importJob.parse(await response.json());
  expect(job).toMatchObject({ filename: '../../é "x".csv', status: 'uploaded', size_bytes: 30 });
  const csv = await api.call(`/api/v1/imports/${job.id}/errors.csv`, { as: tenant.ownerId });
  expect(csv.status).toBe(200);
  expect(csv.headers.get('content-disposition')).toMatch(/^attachment; filename/);
  expect(csv.headers.get('content-disposition')).not.toMatch(/[\r\n/\\]/);
});

test.each<[string, () => Uint8Array<ArrayBuffer>, string]>([
  [
    'a picture',
    () => new Uint8Array(5_000_000).fill(0).map((_, i) => [0x89, 0x50, 0x4e, 0x47][i] ?? i % 251),
    'file_not_text',
  ],
  ['nothing', () => new Uint8Array(0), 'file_empty'],
])('%s is answered, not cut off, and leaves nothing behind', async (_name, make, code) => {
  const count = (): Promise<number> =>
    api.system.system((tx) => tx.run('select from imports where tenant_id = $1', [tenant.tenantId]));
  const before = await count();
  const response = await upload(make());
  expect(problem.parse(await response.json())).toMatchObject({ status: 422, code });
  expect(await count()).toBe(before);
});
