import { spawn, spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

// The scripts run before anything is installed, so they are plain JavaScript and are run here as they are.
let copy: string;

beforeEach(async () => {
  copy = await mkdtemp(join(tmpdir(), 'zaphub-bootstrap-'));
  await cp(resolve(import.meta.dirname, 'bootstrap'), join(copy, 'scripts/bootstrap'), { recursive: true });
  await cp(resolve(import.meta.dirname, 'run.mjs'), join(copy, 'scripts/run.mjs'));
  for (const folder of ['apps/cli/src', 'packages', 'bin'])
    await mkdir(join(copy, folder), { recursive: true });
  await writeFile(join(copy, 'package.json'), '{"type":"module"}');
  await writeFile(join(copy, 'pnpm-lock.yaml'), '');
  await writeFile(join(copy, 'apps/cli/package.json'), '{}');
  // Stands in for the registry: "installs" slowly, and counts how often it was asked to.
  const npx = `#!/bin/sh\necho installed; echo x >> "${copy}/installs"; sleep 0.5; mkdir -p "${copy}/node_modules"\n`;
  await writeFile(join(copy, 'bin/npx'), npx, { mode: 0o755 });
});

afterEach(() => rm(copy, { recursive: true, force: true }));

const program = (text: string) => writeFile(join(copy, 'apps/cli/src/main.ts'), text);
const env = () => ({
  ...process.env,
  ZAPHUB_LANG: 'en',
  PATH: `${join(copy, 'bin')}:${process.env['PATH']}`,
});
const installs = async () => (await readFile(join(copy, 'installs'), 'utf8').catch(() => '')).length / 2;

function run(...args: string[]) {
  return spawnSync(process.execPath, [join(copy, 'scripts/run.mjs'), ...args], {
    env: env(),
    encoding: 'utf8',
  });
}

describe('scripts/run.mjs', () => {
  it('installs first, once, and leaves standard output to the command', async () => {
    await program('console.log(JSON.stringify(process.argv.slice(2)))');
    const first = run('demo', '--json');
    expect(first.stdout).toBe('["demo","--json"]\n');
    expect(first.stderr).toContain('installed');
    expect(run('demo').stderr).toBe('');
    expect(await installs()).toBe(1);
  });

  it('installs again when a package.json changes', async () => {
    await program('');
    run('zaphub');
    await writeFile(join(copy, 'apps/cli/package.json'), '{"dependencies":{}}');
    run('zaphub');
    expect(await installs()).toBe(2);
  });

  it('lets only one of two processes install, and runs both', async () => {
    await program('console.log("ran")');
    const outputs = await Promise.all([1, 2].map(() => start('zaphub')));
    expect(outputs.map((output) => output.match(/^ran$/gm))).toEqual([['ran'], ['ran']]);
    expect(outputs.join('')).toContain('Another ZapHub command is preparing this folder');
    expect(await installs()).toBe(1);
  });

  it('takes over the lock of a process that died while installing', async () => {
    await program('');
    const dead = spawnSync(process.execPath, ['-e', '']).pid;
    await mkdir(join(copy, '.cache'));
    await writeFile(join(copy, '.cache/prepare.lock'), String(dead));
    expect(run('zaphub').status).toBe(0);
    expect(await installs()).toBe(1);
  });

  it('tells a failed installation in plain words', async () => {
    await writeFile(join(copy, 'bin/npx'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    const { status, stderr } = run('start');
    expect(status).toBe(1);
    expect(stderr).toContain('The packages could not be installed; the reason is above.');
    expect(stderr).not.toMatch(/^ +at /m);
  });

  it('asks for a newer Node on an old one', () => {
    const old =
      'data:text/javascript,Object.defineProperty(process, "versions", { value: { node: "18.20.8" } })';
    const { status, stderr } = spawnSync(process.execPath, ['--import', old, join(copy, 'scripts/run.mjs')], {
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    expect(stderr).toContain('ZapHub needs Node 20 or newer; this is Node 18.20.8.');
  });

  it("ends with the command's exit code", async () => {
    await program('process.exit(7)');
    expect(run('zaphub').status).toBe(7);
  });

  it('names the commands when asked for another', () => {
    const { status, stderr } = run('strat');
    expect(status).toBe(1);
    expect(stderr).toContain('Choose one of: start, demo, zaphub, bench, check, test, faults, mutation.');
  });

  it.each([
    ['win32-ia32', undefined, 'does not run on this system (win32-ia32)'],
    ['linux-x64', undefined, 'without glibc'],
    ['linux-x64', '2.36', undefined],
    ['darwin-arm64', undefined, undefined],
  ])('judges the system %s with glibc %s', async (system, glibc, message) => {
    // A JavaScript module without types.
    const { unsupportedSystem } = (await import(join(copy, 'scripts/bootstrap/supported-system.mjs'))) as {
      unsupportedSystem: (system: string, glibc: string | null) => Error | undefined;
    };
    const problem = unsupportedSystem(system, glibc ?? null);
    if (message === undefined) expect(problem).toBeUndefined();
    else expect(problem?.message).toContain(message);
  });
});

function start(...args: string[]): Promise<string> {
  return new Promise((done) => {
    const child = spawn(process.execPath, [join(copy, 'scripts/run.mjs'), ...args], { env: env() });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    child.once('close', () => done(output));
  });
}
