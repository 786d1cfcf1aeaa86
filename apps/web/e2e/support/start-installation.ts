import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const readyTimeoutMs = 60_000;
const stopTimeoutMs = 20_000;

/** A running ZapHub. `stop` ends it and removes its folder. */
export interface Installation {
  url: string;
  token: string;
  stop(): Promise<void>;
}

/** Starts ZapHub as a user would, in a folder of its own on a free port, and waits until it prints its address. */
export async function startInstallation(): Promise<Installation> {
  const home = await mkdtemp(join(tmpdir(), 'zaphub-e2e-'));
  const child = spawn(process.execPath, [join(root, 'apps/cli/src/main.ts'), 'start'], {
    cwd: root,
    env: {
      ...process.env,
      ZAPHUB_HOME: join(home, 'data'),
      ZAPHUB_PORT: '0',
      ZAPHUB_LANG: 'en',
      WEBHOOKS_ALLOW_PRIVATE: 'true',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');

  async function stop(): Promise<void> {
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
    await exited;
    clearTimeout(late);
    await rm(home, { recursive: true, force: true });
  }

  const output = await readUntilReady(child, exited);
  const url = /Dashboard:\s+(\S+)/.exec(output)?.[1];
  const token = /Setup token:\s+(\S+)/.exec(output)?.[1];
  if (url === undefined || token === undefined) {
    await stop();
    throw new Error(`ZapHub did not get ready:\n${output}`);
  }
  return { url, token, stop };
}

/** Everything that was printed until the last line of a start, the process's end, or the deadline. */
function readUntilReady(child: ReturnType<typeof spawn>, exited: Promise<unknown>): Promise<string> {
  return new Promise((resolve) => {
    let output = '';
    const finish = () => {
      clearTimeout(deadline);
      resolve(output);
    };
    const deadline = setTimeout(finish, readyTimeoutMs);
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes('Press Ctrl-C')) finish();
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    void exited.then(finish);
  });
}
