import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabase } from '@zaphub/db';
import { createKernel, type Kernel } from '@zaphub/kernel';
import { silentLogger } from '@zaphub/telemetry';
import { createTenant, type RestartablePostgres, startRestartablePostgres } from '@zaphub/testing';
import { problem } from '@zaphub/types';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseConfig } from '../config.ts';
import { mintToken, testSecret } from '../testing/mint-token.ts';
import { defineApiPlugins } from './api-plugins.ts';
import { eventually } from '../testing/eventually.ts';

let filesDir = '';
let postgres: RestartablePostgres;
let kernel: Kernel;
let url = '';
beforeAll(async () => {
  filesDir = await mkdtemp(join(tmpdir(), 'zaphub-api-restart-'));
  postgres = await startRestartablePostgres();
  const config = parseConfig({
    DATABASE_API_URL: postgres.urls.api,
    SUPABASE_URL: 'http://127.0.0.1:9',
    SUPABASE_PUBLISHABLE_KEY: 'public',
    SUPABASE_JWT_SECRET: testSecret,
    ZAPHUB_FILES_DIR: filesDir,
    ZAPHUB_PORT: '0',
  });
  const plugins = defineApiPlugins(config, silentLogger);
  kernel = createKernel(plugins.all);
  await kernel.start();
  ({ url } = kernel.api(plugins.http));
}, 90_000);
afterAll(async () => {
  await kernel.close();
  await postgres.close();
  await rm(filesDir, { recursive: true, force: true });
});

test('while Postgres is away callers are told when to come back, and then everything goes on by itself', async () => {
  const system = createDatabase({ connectionString: postgres.urls.system, maxConnections: 1 });
  const { ownerId } = await createTenant(system);
  await system.close();
  const headers = { authorization: `Bearer ${await mintToken(ownerId)}` };
  const ask = (path: string): Promise<Response> => fetch(url + path, { headers });
  expect((await ask('/api/v1/tenant')).status).toBe(200);
  let events = '';
  const reading = readInto(await ask('/api/v1/events'), (part) => (events += part));
  await eventually(() => expect(events).toContain('id: '));

  await postgres.stop('immediate');
  const refused = await ask('/api/v1/checklist');
  expect(problem.parse(await refused.json())).toMatchObject({ status: 503, code: 'unavailable' });
  expect(refused.headers.get('retry-after')).toBe('2');
  expect((await ask('/readyz')).status).toBe(503);
  expect((await ask('/livez')).status).toBe(200);

  await postgres.start();
  await eventually(async () => {
    for (const path of ['/readyz', '/api/v1/checklist', '/api/v1/tenant']) {
      expect((await ask(path)).status).toBe(200);
    }
  });
  await kernel.close();
  await reading;
  expect(events).toContain('server_closing');
}, 60_000);

async function readInto(response: Response, take: (part: string) => void): Promise<void> {
  for await (const part of response.body ?? []) take(Buffer.from(part).toString());
}
