import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getuid } from 'node:process';
import { createDatabase } from '@zaphub/db';
import { findRunning } from '@zaphub/embedded';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { processesMentioning, startProcess, type StartedProcess } from './fixtures/started-process.ts';

let folder: string;
let homeDir: string;
let started: StartedProcess[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zaphub-start-'));
  await chmod(folder, 0o755);
  homeDir = join(folder, 'home');
  started = [];
});

afterEach(async () => {
  for (const each of started) {
    each.child.kill('SIGTERM');
    await each.exited;
  }
  await rm(folder, { recursive: true, force: true });
});

function zaphub(env: Record<string, string> = {}, uid?: number, args?: readonly string[]): StartedProcess {
  const process = startProcess({ ZAPHUB_HOME: homeDir, ZAPHUB_PORT: '0', ...env }, uid, args);
  started.push(process);
  return process;
}

/** Every process of an installation has its home folder in its arguments or environment. */
const leftBehind = () => processesMentioning(homeDir);

describe('zaphub start', () => {
  it('prints the address and a setup token, stops everything at Ctrl-C and keeps the data', async () => {
    const first = zaphub();
    const [, address] = await first.until(/Dashboard: +(\S+)/);
    const [, token] = await first.until(/Setup token: +(\S+)/);
    expect(first.output()).toMatch(/Creating the database… \d+\.\d s/);
    const ready = await fetch(`${address}/readyz`);
    expect(await ready.json()).toMatchObject({ databaseUrl: expect.stringContaining('zaphub_api') });
    const running = await findRunning(homeDir);
    expect(await isSetupToken(running?.urls.api, token)).toBe(true);

    first.child.kill('SIGINT');
    expect(await first.exited).toBe(0);
    expect(first.output()).toContain('closing in good order');
    expect(await leftBehind()).toEqual([]);

    const startedAt = performance.now();
    const second = zaphub();
    const [, newToken] = await second.until(/Setup token: +(\S+)/);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    expect(newToken).not.toBe(token);
    expect(second.output()).not.toContain('Creating the database');
    expect(await isSetupToken((await findRunning(homeDir))?.urls.api, token)).toBe(false);
  }, 60_000);

  it('has both processes print their boot tree when it is asked to', async () => {
    const { until, output } = zaphub({}, undefined, ['--boot-tree']);
    await until(/Dashboard:/);
    await until(/worker │ boot 1 ms/);
    expect(output()).toMatch(/api +│ boot 2 ms/);
  }, 60_000);

  it('leaves nothing running when it is killed, and starts again after that', async () => {
    const first = zaphub();
    await first.until(/Dashboard:/);
    first.child.kill('SIGKILL');
    await first.exited;
    await expect.poll(leftBehind, { timeout: 20_000 }).toEqual([]);
    const second = zaphub();
    await second.until(/Dashboard:/);
  }, 60_000);

  it('starts a worker again that was killed', async () => {
    const { until, output } = zaphub();
    const [, pid] = await until(/worker process (\d+)/);
    await until(/Dashboard:/);
    process.kill(Number(pid), 'SIGKILL');
    await until(/worker stopped by itself \(SIGKILL\); starting it again in 0\.5 s/);
    await expect.poll(() => output().match(/worker process \d+/g)).toHaveLength(2);
  }, 60_000);

  it('kills a worker that does not stop in time', async () => {
    const { child, until, exited } = zaphub({ STAND_IN_WORKER: 'stubborn' });
    await until(/Dashboard:/);
    child.kill('SIGTERM');
    expect(await exited).toBe(0);
    expect(await leftBehind()).toEqual([]);
  }, 60_000);

  it('gives up, and stops the rest, when the api cannot start', async () => {
    const { exited, output } = zaphub({ STAND_IN_API: 'crash' });
    expect(await exited).toBe(1);
    expect(output()).toContain('the api stand-in cannot start');
    expect(output()).toContain('ZapHub did not get ready.');
    expect(await leftBehind()).toEqual([]);
  }, 60_000);

  it('says which port is taken and how to choose another, before anything is started', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((done) => other.once('listening', done));
    const address = other.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const { exited, output } = zaphub({ ZAPHUB_PORT: String(port) });
    expect(await exited).toBe(1);
    expect(output()).toContain(`Port ${port} is already in use by another program.`);
    expect(output()).toContain(`ZAPHUB_PORT=${port + 1}`);
    expect(output()).not.toContain('database');
    other.close();
  });

  it('says so when ZapHub already runs on the folder', async () => {
    const first = zaphub();
    await first.until(/Dashboard:/);
    const second = zaphub();
    expect(await second.exited).toBe(1);
    expect(second.output()).toContain(
      `ZapHub is already running on ${homeDir} (process ${first.child.pid}).`,
    );
  }, 60_000);

  it('says so when there is a file where its folder should be', async () => {
    await writeFile(homeDir, '');
    const { exited, output } = zaphub();
    expect(await exited).toBe(1);
    expect(output()).toContain(`ZapHub cannot write to ${homeDir}`);
    expect(output()).toContain('ZAPHUB_HOME=/some/folder');
    expect(output()).not.toMatch(/\bat .*\.ts:\d+/);
  });

  it.runIf(getuid?.() === 0)('says so when its user may not write to the folder', async () => {
    await mkdir(homeDir, { mode: 0o755 });
    const { exited, output } = zaphub({}, 65_534);
    expect(await exited).toBe(1);
    expect(output()).toContain(`ZapHub cannot write to ${homeDir} (EACCES).`);
  });

  it.runIf(getuid?.() === 0)(
    'says so when the disk is full, and starts once there is room',
    async () => {
      await mkdir(homeDir);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=12m,mode=0711', 'tmpfs', homeDir]);
      try {
        const first = zaphub();
        expect(await first.exited).toBe(1);
        expect(first.output()).toMatch(/The disk that holds .* is full\./);
        expect(await leftBehind()).toEqual([]);
        execFileSync('mount', ['-o', 'remount,size=500m', homeDir]);
        const second = zaphub();
        await second.until(/Dashboard:/);
        second.child.kill('SIGTERM');
        await second.exited;
      } finally {
        execFileSync('umount', [homeDir]);
      }
    },
    60_000,
  );

  it('lists every problem of the configuration at once', async () => {
    const { exited, output } = zaphub({ ZAPHUB_PORT: 'x', DATABASE_URL: 'postgres://example/zaphub' });
    expect(await exited).toBe(1);
    for (const name of ['ZAPHUB_PORT', 'DATABASE_API_URL', 'DATABASE_SYSTEM_URL', 'SUPABASE_URL']) {
      expect(output()).toContain(`  ${name}: `);
    }
  });
});

async function isSetupToken(apiUrl: string | undefined, token: string | undefined): Promise<boolean | null> {
  const database = createDatabase({ connectionString: apiUrl ?? '' });
  try {
    const row = await database.system((tx) =>
      tx.one<{ valid: boolean | null }>(
        "select app.is_setup_token(sha256(convert_to($1, 'UTF8'))) as valid",
        [token],
      ),
    );
    return row.valid;
  } finally {
    await database.close();
  }
}
