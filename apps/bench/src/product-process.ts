import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const readyWithinMs = 60_000;

/** Starts the api or the worker as it is shipped. Its log goes where a production log goes: away, here into nothing. */
export function startProduct(name: 'api' | 'worker', env: Readonly<Record<string, string>>): ChildProcess {
  const path = join(import.meta.dirname, `../../${name}/src/main.js`);
  return fork(path, [], { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
}

/** Resolves when the server answers. @throws when it has ended, or does not in a minute */
export async function untilReady(url: string, server: ChildProcess): Promise<void> {
  const deadline = performance.now() + readyWithinMs;
  while (performance.now() < deadline) {
    if (server.exitCode !== null) throw new Error(`the server of ${url} ended with ${server.exitCode}`);
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok === true) return;
    await sleep(50);
  }
  throw new Error(`${url} did not answer in time`);
}
