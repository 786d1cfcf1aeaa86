import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from './free-port.ts';

/** A real Redis of one test, on 127.0.0.1 and a free port that it keeps when started again. */
export interface TestRedis {
  readonly url: string;
  /** Ends it at once, like a crash; resolves when the port is closed. */
  kill(): Promise<void>;
  /** Starts it again after `kill`, or kills it first; empty, unless it keeps its data. */
  restart(): Promise<void>;
  /** Stops it in its tracks: connections stay open and nothing is answered until `thaw`. */
  freeze(): void;
  thaw(): void;
  close(): Promise<void>;
}

export interface TestRedisOptions {
  /** Writes an append-only file, synced at each write, so that a restart brings the data back. Default false. */
  keepData?: boolean;
  /** More settings by name, such as `{ 'maxmemory-policy': 'allkeys-lru' }`. */
  settings?: Record<string, string>;
}

const startTimeoutMs = 10_000;

/** Starts `redis-server` and resolves when it answers. */
export async function startRedis(options: TestRedisOptions = {}): Promise<TestRedis> {
  const dir = await mkdtemp(join(tmpdir(), 'zaphub-redis-'));
  const port = await freePort();
  let server = await launch(port, dir, options);
  const kill = async (): Promise<void> => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const exited = once(server, 'exit');
    server.kill('SIGKILL');
    await exited;
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    kill,
    async restart() {
      await kill();
      server = await launch(port, dir, options);
    },
    freeze: () => void server.kill('SIGSTOP'),
    thaw: () => void server.kill('SIGCONT'),
    async close() {
      await kill();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function launch(port: number, dir: string, options: TestRedisOptions): Promise<ChildProcess> {
  const settings: Record<string, string> = {
    bind: '127.0.0.1',
    port: String(port),
    dir,
    save: '',
    appendonly: options.keepData === true ? 'yes' : 'no',
    appendfsync: 'always',
    ...options.settings,
  };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  const server = spawn('redis-server', args, { stdio: 'ignore' });
  const failed = once(server, 'error').then(([error]) => Promise.reject(error));
  await Promise.race([untilItAnswers(server, port), failed]);
  return server;
}

async function untilItAnswers(server: ChildProcess, port: number): Promise<void> {
  const deadline = performance.now() + startTimeoutMs;
  while (performance.now() < deadline) {
    if (server.exitCode !== null) throw new Error(`redis-server ended with ${server.exitCode}`);
    if (await answersPing(port)) return;
    await pause(20);
  }
  server.kill('SIGKILL');
  throw new Error(`redis-server did not answer within ${startTimeoutMs} ms`);
}

function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    const answer = (isUp: boolean): void => {
      socket.destroy();
      resolve(isUp);
    };
    socket.once('data', (data) => answer(/^(\+PONG|-NOAUTH)/.test(data.toString())));
    socket.once('error', () => answer(false));
    socket.setTimeout(1000, () => answer(false));
  });
}

/** Sends one inline command over a connection of its own; the reply as it came. */
export function askRedis(port: number, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(`${command}\r\n`));
    socket.once('data', (data) => {
      socket.destroy();
      resolve(data.toString());
    });
    socket.once('error', reject);
  });
}
