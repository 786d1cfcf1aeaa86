import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** ZapHub as `zaphub start` runs it, with a signed-in owner. */
export interface Installation {
  readonly journalDir: string;
  /** Calls `/api/v1` as the owner; waits for an api that is away, as a dashboard would. */
  call<T>(method: string, path: string, body?: unknown): Promise<T>;
  /** Kills the api process at once. */
  killApi(): Promise<void>;
  close(): Promise<void>;
}

const patienceMs = 60_000;

/** Starts everything in a folder of its own, makes an account and uses the setup token. */
export async function startInstallation(): Promise<Installation> {
  const home = await mkdtemp(join(tmpdir(), 'zaphub-installation-'));
  const child = spawn(process.execPath, [join(import.meta.dirname, '../src/main.ts'), 'start'], {
    env: { ...process.env, ZAPHUB_HOME: join(home, 'data'), ZAPHUB_PORT: '0', ZAPHUB_LANG: 'en' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const close = async (): Promise<void> => {
    if (child.exitCode === null && child.kill('SIGTERM')) await once(child, 'exit');
    await rm(home, { recursive: true, force: true });
  };
  try {
    const { url, setupToken } = await readAddress(child);
    const token = await signUp(url);
    const call = <T>(method: string, path: string, body?: unknown): Promise<T> =>
      request<T>(`${url}/api/v1${path}`, method, token, body);
    await call('POST', '/setup', {
      token: setupToken,
      tenant_name: 'Padaria Aurora',
      default_country: 'BR',
      locale: 'en',
      timezone: 'America/Sao_Paulo',
    });
    return { journalDir: join(home, 'data/simulator'), call, killApi: () => killApi(child), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function readAddress(child: ChildProcess): Promise<{ url: string; setupToken: string }> {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data) => (output += String(data)));
  const deadline = performance.now() + patienceMs;
  while (performance.now() < deadline && child.exitCode === null) {
    const url = /Dashboard:\s+(\S+)/.exec(output)?.[1];
    const setupToken = /Setup token:\s+(\S+)/.exec(output)?.[1];
    if (url !== undefined && setupToken !== undefined) return { url, setupToken };
    await pause(50);
  }
  throw new Error(`ZapHub did not get ready:\n${output}`);
}

async function signUp(url: string): Promise<string> {
  // Both replies are the product's own; a missing field fails the next request.
  const { supabase_key: apikey } = (await (await fetch(`${url}/config.json`)).json()) as {
    supabase_key: string;
  };
  const reply = await fetch(`${url}/auth/v1/signup`, {
    method: 'POST',
    headers: { apikey, 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'owner@example.com', password: 'correct horse battery' }),
  });
  const { access_token: token } = (await reply.json()) as { access_token: string };
  return token;
}

async function request<T>(url: string, method: string, token: string, body: unknown): Promise<T> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const reply = await fetch(url, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch(() => undefined);
    const text = await reply?.text().catch(() => undefined);
    // The caller names the contract of the route it calls.
    if (reply?.ok === true && text !== undefined) return (text === '' ? undefined : JSON.parse(text)) as T;
    const isAway = reply === undefined || text === undefined || reply.status === 503;
    // A POST that was cut off may have been done: only reading is tried again.
    if (!isAway || method !== 'GET' || performance.now() > deadline) {
      throw new Error(`${method} ${url}: ${reply?.status ?? 'no reply'} ${text ?? ''}`);
    }
    await pause(50);
  }
}

/** Finds the api among the children of the supervisor, as the system lists them. */
async function killApi(parent: ChildProcess): Promise<void> {
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    const parentPid = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    const command = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '');
    if (parentPid !== parent.pid || !command.includes('apps/api/src/main.js')) continue;
    process.kill(Number(name), 'SIGKILL');
    return;
  }
  throw new Error('the api is not among the running processes');
}
