import { type Logger, silentLogger } from '@zaphub/telemetry';
import { createTenant } from '@zaphub/testing';
import { expect, test } from 'vitest';
import { mintToken } from '../testing/mint-token.ts';
import { useTestApi } from '../testing/test-api.ts';
import { eventually } from '../testing/eventually.ts';

const lines: Record<string, unknown>[] = [];
const keep = (message: string, fields: object = {}): void => void lines.push({ message, ...fields });
const logger: Logger = { ...silentLogger, info: keep, warn: keep, error: keep, debug: keep };
const api = useTestApi({ logger, trustProxy: 1 });

test('a request is one line with its id, route, tenant and status, and nothing that is secret', async () => {
  const tenant = await createTenant(api.system);
  const token = await mintToken(tenant.ownerId);
  const response = await api.call('/api/v1/contacts?search=CANARY-search', {
    headers: { authorization: `Bearer ${token}`, 'x-request-id': 'request-one' },
  });
  expect(response.status).toBe(200);
  await eventually(() => expect(lines.filter((line) => line['message'] === 'request')).toHaveLength(1));
  expect(lines.find((line) => line['message'] === 'request')).toMatchObject({
    request_id: 'request-one',
    method: 'GET',
    route: 'GET /contacts',
    status: 200,
    tenant_id: tenant.tenantId,
    user_id: tenant.ownerId,
  });
  expect(JSON.stringify(lines)).not.toContain(token);
  expect(JSON.stringify(lines)).not.toContain('CANARY');
});
