import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createCredentialsKey, readKeyRing, sealSecret } from '@zaphub/features';
import { createTenant, type TestTenant } from '@zaphub/testing';
import { expect, onTestFinished, test } from 'vitest';
import { type FaultStage, openFaultStage } from './fault-stage.ts';

const key = createCredentialsKey().reveal();
const secretBytes = Buffer.alloc(32, 9);

interface Call {
  readonly id: string;
  readonly body: string;
  readonly isSigned: boolean;
}

/** A tenant's own system that takes whatever comes; answers its address and what came. */
async function receive(): Promise<{ readonly url: string; readonly calls: Call[] }> {
  const calls: Call[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const id = String(request.headers['webhook-id']);
      const content = `${id}.${String(request.headers['webhook-timestamp'])}.${body}`;
      const expected = `v1,${createHmac('sha256', secretBytes).update(content).digest('base64')}`;
      calls.push({ id, body, isSigned: request.headers['webhook-signature'] === expected });
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  // A server that listens on a port has such an address.
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, calls };
}

/** A tenant that wants to be told of its connection's state. */
async function subscribe(stage: FaultStage, url: string): Promise<TestTenant> {
  const tenant = await createTenant(stage.db);
  const { tenantId } = tenant;
  await stage.db.system(async (tx) => {
    const { id } = await tx.one<{ id: string }>(
      `insert into webhook_endpoints (tenant_id, url, types) values ($1, $2, '{connection.state}') returning id`,
      [tenantId, url],
    );
    const sealed = sealSecret(readKeyRing(key, undefined), `whsec_${secretBytes.toString('base64')}`, {
      tenantId,
      connectionId: id,
      name: 'first',
    });
    await tx.run(
      `insert into webhook_secrets (tenant_id, endpoint_id, name, sealed) values ($1, $2, 'first', $3)`,
      [tenantId, id, sealed],
    );
  });
  return tenant;
}

const happens = (stage: FaultStage, { connectionId }: TestTenant): Promise<number> =>
  stage.db.system((tx) => tx.run(`update connections set status = 'degraded' where id = $1`, [connectionId]));
const delivered = (stage: FaultStage, { tenantId }: TestTenant): Promise<number> =>
  stage.db.system((tx) =>
    tx.run(`select from webhook_deliveries where tenant_id = $1 and state = 'delivered'`, [tenantId]),
  );

test('a worker is killed after the request left: it is delivered again with the same id, and nothing is lost', async () => {
  const { url, calls } = await receive();
  const stage = await openFaultStage({
    env: { ZAPHUB_CREDENTIALS_KEY: key, WEBHOOKS_ALLOW_PRIVATE: 'true' },
  });
  onTestFinished(() => stage.close());
  const tenant = await subscribe(stage, url);
  const first = stage.worker({ FAILPOINT: 'webhook-posted:kill' });
  await first.ready;
  await happens(stage, tenant);
  expect(await first.ended).toBe('SIGKILL');
  expect(calls).toHaveLength(1);
  stage.worker();
  // Whoever held it may still be alive, for as long as a request may take; here that time passes at once.
  await stage.db.system((tx) => tx.run('update webhook_deliveries set lease_until = clock_timestamp()'));
  await expect.poll(() => delivered(stage, tenant), { timeout: 60_000 }).toBe(1);
  expect(calls).toHaveLength(2);
  expect(new Set(calls.map(({ id, body }) => `${id} ${body}`)).size).toBe(1);
  expect(calls.every(({ isSigned }) => isSigned)).toBe(true);
});

test('a worker is killed before the request leaves: it is delivered once', async () => {
  const { url, calls } = await receive();
  const stage = await openFaultStage({
    env: { ZAPHUB_CREDENTIALS_KEY: key, WEBHOOKS_ALLOW_PRIVATE: 'true' },
  });
  onTestFinished(() => stage.close());
  const tenant = await subscribe(stage, url);
  const first = stage.worker({ FAILPOINT: 'webhook-claimed:kill' });
  await first.ready;
  await happens(stage, tenant);
  expect(await first.ended).toBe('SIGKILL');
  stage.worker();
  await stage.db.system((tx) => tx.run('update webhook_deliveries set lease_until = clock_timestamp()'));
  await expect.poll(() => delivered(stage, tenant), { timeout: 60_000 }).toBe(1);
  expect(calls).toHaveLength(1);
});

test('what happens while no worker is there is told when one comes', async () => {
  const { url, calls } = await receive();
  const stage = await openFaultStage({
    env: { ZAPHUB_CREDENTIALS_KEY: key, WEBHOOKS_ALLOW_PRIVATE: 'true' },
  });
  onTestFinished(() => stage.close());
  const tenant = await subscribe(stage, url);
  await happens(stage, tenant);
  stage.worker();
  await expect.poll(() => delivered(stage, tenant), { timeout: 60_000 }).toBe(1);
  expect(calls).toHaveLength(1);
});
