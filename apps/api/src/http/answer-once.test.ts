import { createTenant, type TestTenant } from '@zaphub/testing';
import { toPublicId } from '@zaphub/types';
import { beforeAll, describe, expect, test } from 'vitest';
import { useTestApi } from '../testing/test-api.ts';

const api = useTestApi();
let tenant: TestTenant;
beforeAll(async () => {
  tenant = await createTenant(api.system);
});

let names = 0;
const body = (name = `Template ${++names}`): { name: string; body: string } => ({ name, body: 'Oi' });

async function post(
  path: string,
  json: unknown,
  key?: string,
  as = tenant.ownerId,
): Promise<{ status: number; text: string; isReplayed: boolean }> {
  const response = await api.call(`/api/v1${path}`, {
    method: 'POST',
    as,
    json,
    ...(key === undefined ? {} : { headers: { 'idempotency-key': key } }),
  });
  return {
    status: response.status,
    text: await response.text(),
    isReplayed: response.headers.get('idempotency-replayed') === 'true',
  };
}

const codeOf = ({ text }: { text: string }): unknown => Reflect.get(Object(JSON.parse(text)), 'code');

describe('a POST with an Idempotency-Key', () => {
  test('is done once and answered alike', async () => {
    const asked = body();
    const first = await post('/templates', asked, 'one');
    const again = await post('/templates', { body: asked.body, name: asked.name }, 'one');
    expect(first).toMatchObject({ status: 201, isReplayed: false });
    expect(again).toEqual({ ...first, isReplayed: true });
  });

  test('is refused when it asks for something else', async () => {
    await post('/templates', body(), 'two');
    expect(codeOf(await post('/templates', body(), 'two'))).toBe('idempotency_key_reused');
    const other = await post('/contacts/opt-outs/none', body(), 'two');
    expect(other.status).toBe(404);
  });

  test('that failed may be tried again with the same key', async () => {
    const asked = body();
    expect((await post('/templates', { ...asked, body: '{{ broken' }, 'three')).status).toBe(422);
    expect((await post('/templates', asked, 'three')).status).toBe(201);
  });

  test('is done once when it comes several times at once', async () => {
    const asked = body();
    const answers = await Promise.all([1, 2, 3].map(() => post('/templates', asked, 'four')));
    const done = answers.filter(({ status }) => status === 201);
    const busy = answers.filter(({ status }) => status === 409);
    expect(done.length).toBeGreaterThanOrEqual(1);
    expect(done.length + busy.length).toBe(3);
    expect(new Set(done.map(({ text }) => text)).size).toBe(1);
    for (const answer of busy) expect(codeOf(answer)).toBe('idempotency_in_progress');
  });

  test('is another tenant’s own affair', async () => {
    const other = await createTenant(api.system);
    const asked = body();
    const ours = await post('/templates', asked, 'five');
    const theirs = await post('/templates', asked, 'five', other.ownerId);
    expect(theirs).toMatchObject({ status: 201, isReplayed: false });
    expect(theirs.text).not.toBe(ours.text);
  });

  test.each(['', 'with space', 'x'.repeat(256)])('is refused the key %j', async (key) => {
    expect(codeOf(await post('/templates', body(), key))).toBe('idempotency_key_invalid');
  });
});

test('sending needs a key, and one key sends one message', async () => {
  const path = `/connections/${toPublicId('connection', tenant.connectionId)}/send`;
  const message = { to: '+5511912345678', content: { kind: 'text', text: 'Oi' } };
  expect(codeOf(await post(path, message))).toBe('idempotency_key_missing');
  const first = await post(path, message, 'six');
  expect(first.status).toBe(202);
  expect((await post(path, message, 'six')).text).toBe(first.text);
  const other = { ...message, content: { kind: 'text', text: 'Other' } };
  expect(codeOf(await post(path, other, 'six'))).toBe('idempotency_key_reused');
  const { n } = await api.system.system((tx) =>
    tx.one<{ n: number }>('select count(*) as n from messages where tenant_id = $1', [tenant.tenantId]),
  );
  expect(n).toBe(1);
});
