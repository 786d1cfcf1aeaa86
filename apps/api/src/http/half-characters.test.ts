import { createTenant, type TestTenant } from '@zaphub/testing';
import { problem, toPublicId } from '@zaphub/types';
import { beforeAll, describe, expect, test } from 'vitest';
import { useTestApi } from '../testing/test-api.ts';

describe('half a character (a lone surrogate) in a body', () => {
  const api = useTestApi();
  let tenant: TestTenant;
  let templateId = '';
  beforeAll(async () => {
    tenant = await createTenant(api.system);
    const made = await api.call('/api/v1/templates', {
      method: 'POST',
      as: tenant.ownerId,
      json: { name: 'Hello', body: 'Hello' },
    });
    // Our own contract says what this reply is.
    ({ id: templateId } = (await made.json()) as { id: string });
  });

  test.each([
    [
      'POST',
      '/campaigns',
      () => ({ name: 'June', template_id: templateId, audience: { kind: 'tag', tag: 'v\uD83D' } }),
    ],
    [
      'POST',
      '/campaigns',
      () => ({ name: 'June \uDE00', template_id: templateId, audience: { kind: 'all' } }),
    ],
    ['POST', '/templates', () => ({ name: 'Half \uD83D', body: 'Hello \uD83D' })],
    ['POST', '/templates/preview', () => ({ body: 'Hello \uD83D' })],
    ['PATCH', '/tenant', () => ({ name: 'Half \uD83D' })],
    ['POST', '/setup/check', () => ({ token: '\uD83D' })],
  ])('of %s %s is refused', async (method, path, body) => {
    const response = await api.call(`/api/v1${path}`, {
      method,
      as: tenant.ownerId,
      tenant: toPublicId('tenant', tenant.tenantId),
      json: body(),
    });
    expect(problem.parse(await response.json())).toMatchObject({ status: 400, code: 'invalid_json' });
  });

  test('does not touch whole characters, escaped or not', async () => {
    const response = await api.call('/api/v1/templates', {
      method: 'POST',
      as: tenant.ownerId,
      headers: { 'content-type': 'application/json' },
      body: String.raw`{"name":"Smile \ud83d\ude00 \\ud83d","body":"Hello 😀"}`,
    });
    expect(await response.json()).toMatchObject({ name: String.raw`Smile 😀 \ud83d`, body: 'Hello 😀' });
  });
});
