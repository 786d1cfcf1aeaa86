import { createHash } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabase, migrate } from '@zaphub/db';
import { type EmbeddedServices, startEmbedded } from '@zaphub/embedded';
import { createKernel, type Kernel } from '@zaphub/kernel';
import { silentLogger } from '@zaphub/telemetry';
import { me } from '@zaphub/types';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { parseConfig } from '../config.ts';
import { defineApiPlugins } from './api-plugins.ts';

const setupToken = 'printed once';
let parentDir = '';
let services: EmbeddedServices;
let kernel: Kernel;
let url = '';

const settings = (): Record<string, string> => ({
  DATABASE_API_URL: services.urls.api,
  SUPABASE_URL: services.supabase.url,
  SUPABASE_PUBLISHABLE_KEY: services.supabase.publishableKey,
  SUPABASE_JWT_SECRET: services.supabase.jwtSecret,
  ZAPHUB_FILES_DIR: join(parentDir, 'files'),
  ZAPHUB_WEB_DIR: join(parentDir, 'not-built'),
  ZAPHUB_PORT: '0',
});

beforeAll(async () => {
  parentDir = await mkdtemp(join(tmpdir(), 'zaphub-api-embedded-'));
  await chmod(parentDir, 0o755);
  services = await startEmbedded({ homeDir: join(parentDir, 'home') });
  const plugins = defineApiPlugins(parseConfig(settings()), silentLogger);
  kernel = createKernel(plugins.all);
  await kernel.start();
  ({ url } = kernel.api(plugins.http));
}, 90_000);

afterAll(async () => {
  await kernel.close();
  await services.close();
  await rm(parentDir, { recursive: true, force: true });
});

test('a fresh machine: not ready until it is migrated, then signed up, set up and used through one origin', async () => {
  const notYet = await fetch(`${url}/readyz`);
  expect([notYet.status, await notYet.json()]).toMatchObject([
    503,
    { reason: expect.stringMatching(/migrations/) },
  ]);
  await migrate({
    connectionString: services.urls.owner,
    directory: join(import.meta.dirname, '../../../../supabase/migrations'),
  });
  await services.reloadSchema();
  // What was found a moment ago is still believed.
  await expect.poll(async () => (await fetch(`${url}/readyz`)).status, { timeout: 5_000 }).toBe(200);
  const system = createDatabase({ connectionString: services.urls.system, maxConnections: 1 });
  await system.system((tx) =>
    tx.run('select app.set_setup_token($1)', [createHash('sha256').update(setupToken).digest()]),
  );
  await system.close();

  const config = z
    .object({ supabase_key: z.string() })
    .parse(await (await fetch(`${url}/config.json`)).json());
  const signedUp = await fetch(`${url}/auth/v1/signup`, {
    method: 'POST',
    headers: { apikey: config.supabase_key, 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'ana@example.com', password: 'correct horse battery' }),
  });
  const { access_token: token } = z.object({ access_token: z.string() }).parse(await signedUp.json());
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const claimed = await fetch(`${url}/api/v1/setup`, {
    method: 'POST',
    headers,
    body: JSON.stringify({
      token: setupToken,
      tenant_name: 'Café da Ana',
      default_country: 'BR',
      locale: 'pt-BR',
      timezone: 'America/Sao_Paulo',
    }),
  });
  expect(claimed.status).toBe(201);
  const mine = me.parse(await (await fetch(`${url}/api/v1/me`, { headers })).json());
  expect(mine).toMatchObject({
    email: 'ana@example.com',
    tenants: [{ role: 'owner', tenant: { name: 'Café da Ana' } }],
  });
  // At once, though a moment ago this person was in no tenant.
  const added = await fetch(`${url}/api/v1/sample-data`, { method: 'POST', headers });
  expect(await added.json()).toEqual({ contacts: 60, templates: 1 });

  // The publishable key opens nothing of ours, and neither does the secret one.
  for (const key of [services.supabase.publishableKey, services.supabase.secretKey]) {
    const refused = await fetch(`${url}/api/v1/me`, { headers: { authorization: `Bearer ${key}` } });
    expect(refused.status).toBe(401);
  }
  const direct = await fetch(`${url}/rest/v1/tenants?select=name`, {
    headers: { apikey: config.supabase_key, authorization: `Bearer ${token}` },
  });
  expect(await direct.json()).toEqual([{ name: 'Café da Ana' }]);
});
