import { execFile } from 'node:child_process';
import { readdir, readFile, readlink, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { kill, platform } from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const fastShutdownMs = 20_000;
const immediateShutdownMs = 10_000;

/**
 * Clears the way for a start after a crash: a Postgres left behind on `dataDir` is shut down, and a
 * `postmaster.pid` whose process id now belongs to another program is removed. The caller holds the lock of
 * the folder, so nobody else can be starting there.
 */
export async function clearStalePostmaster(dataDir: string): Promise<void> {
  if (platform === 'win32') return; // Postgres's own check has to do there.
  const pidFile = join(dataDir, 'postmaster.pid');
  const pid = Number.parseInt(await readFile(pidFile, 'utf8').catch(() => ''), 10);
  if (!Number.isInteger(pid) || pid <= 0) return;
  const look = () => processesOf(dataDir, pid);
  if (
    !(await stopAll(look, 'SIGINT', fastShutdownMs)) &&
    !(await stopAll(look, 'SIGQUIT', immediateShutdownMs))
  ) {
    return; // Postgres itself will say why it cannot start.
  }
  // A living process with that id is a stranger's: Postgres would refuse to start because of it.
  if (isAlive(pid)) await rm(pidFile, { force: true });
}

/** Signals what `look` finds, once, and answers whether all of it was gone within `deadlineMs`. */
async function stopAll(
  look: () => Promise<number[]>,
  signal: NodeJS.Signals,
  deadlineMs: number,
): Promise<boolean> {
  const startedAt = performance.now();
  let left = await look();
  for (const pid of left) trySignal(pid, signal);
  while (left.length > 0) {
    if (performance.now() - startedAt > deadlineMs) return false;
    await delay(50);
    left = await look();
  }
  return true;
}

/** Processes that serve `dataDir`: the postmaster and, after its death, backends that have not noticed yet. */
async function processesOf(dataDir: string, postmaster: number): Promise<number[]> {
  if (platform !== 'linux') {
    const listed = await run('ps', ['-p', String(postmaster), '-o', 'command=']).catch(() => undefined);
    return listed?.stdout.includes(dataDir) ? [postmaster] : [];
  }
  const found: number[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const folder = await readlink(`/proc/${name}/cwd`).catch(() => undefined);
    if (folder !== dataDir) continue;
    const program = await readlink(`/proc/${name}/exe`).catch(() => '');
    if (/\/postgres( \(deleted\))?$/.test(program)) found.push(Number(name));
  }
  return found;
}

function isAlive(pid: number): boolean {
  try {
    return kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function trySignal(pid: number, signal: NodeJS.Signals): void {
  try {
    kill(pid, signal);
  } catch {
    // It ended between the look and the signal.
  }
}
