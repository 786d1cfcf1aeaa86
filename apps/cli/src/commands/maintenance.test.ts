import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabase } from '@zaphub/db';
import { startEmbedded, type EmbeddedServices } from '@zaphub/embedded';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCli } from '../run-cli.ts';

let homeDir: string;
let services: EmbeddedServices;

// The services run already, as they do beside `npm start`: the commands use them.
beforeAll(async () => {
  homeDir = await mkdtemp(join(tmpdir(), 'zaphub-cli-'));
  services = await startEmbedded({ homeDir });
}, 60_000);

afterAll(async () => {
  await services.close();
  await rm(homeDir, { recursive: true, force: true });
});

async function zaphub(command: string) {
  const lines: string[] = [];
  const never = new AbortController().signal;
  const code = await runCli([command], {
    env: { ZAPHUB_HOME: homeDir, ZAPHUB_PORT: '0' },
    signal: never,
    force: never,
    print: (line) => lines.push(line),
    tell: () => undefined,
  });
  return { code, output: lines.join('\n') };
}

it('the doctor finds a schema that is behind, migrate brings it to the newest, once', async () => {
  const before = await zaphub('doctor');
  expect(before.code).toBe(1);
  expect(before.output).toMatch(/✘ Migrations are waiting: .*_core/);
  expect(await zaphub('migrate')).toMatchObject({
    code: 0,
    output: expect.stringMatching(/^applied \d{14}_core/),
  });
  expect(await zaphub('migrate')).toEqual({ code: 0, output: 'The database is up to date.' });
  const after = await zaphub('doctor');
  expect(after.output).not.toContain('✘');
  expect(after.code).toBe(0);
});

it("the doctor names a table whose tenants' rows are not protected", async () => {
  const owner = createDatabase({ connectionString: services.urls.owner });
  await owner.system((tx) => tx.run('create table public.forgotten (tenant_id uuid)'));
  await owner.close();
  const { code, output } = await zaphub('doctor');
  expect(code).toBe(1);
  expect(output).toContain('✘ Without forced row-level security: forgotten');
});
