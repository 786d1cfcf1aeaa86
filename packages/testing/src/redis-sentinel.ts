import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import { askRedis, startRedis, type TestRedis } from './redis.ts';

/** A server with one replica, watched by one sentinel that promotes the replica when the server dies. */
export interface TestRedisSentinel {
  /** `redis+sentinel://host:port/main` */
  readonly url: string;
  readonly master: TestRedis;
  readonly replica: TestRedis;
  close(): Promise<void>;
}

const startTimeoutMs = 20_000;

/** Resolves when the sentinel knows both servers. */
export async function startRedisSentinel(): Promise<TestRedisSentinel> {
  const master = await startRedis();
  const masterPort = new URL(master.url).port;
  const replica = await startRedis();
  await askRedis(Number(new URL(replica.url).port), `REPLICAOF 127.0.0.1 ${masterPort}`);
  const dir = await mkdtemp(join(tmpdir(), 'zaphub-sentinel-'));
  const port = await freePort();
  const config = join(dir, 'sentinel.conf');
  await writeFile(
    config,
    [
      `port ${port}`,
      'bind 127.0.0.1',
      `dir ${dir}`,
      `sentinel monitor main 127.0.0.1 ${masterPort} 1`,
      'sentinel down-after-milliseconds main 500',
      'sentinel failover-timeout main 3000',
    ].join('\n'),
  );
  const sentinel = spawn('redis-server', [config, '--sentinel'], { stdio: 'ignore' });
  const close = async (): Promise<void> => {
    const exited = sentinel.exitCode === null ? once(sentinel, 'exit') : undefined;
    sentinel.kill('SIGKILL');
    await exited;
    await Promise.all([master.close(), replica.close()]);
    await rm(dir, { recursive: true, force: true });
  };
  try {
    await untilItKnowsTheReplica(port);
  } catch (error) {
    await close();
    throw error;
  }
  return { url: `redis+sentinel://127.0.0.1:${port}/main`, master, replica, close };
}

async function untilItKnowsTheReplica(port: number): Promise<void> {
  const deadline = performance.now() + startTimeoutMs;
  while (performance.now() < deadline) {
    // Right after its start nothing listens yet.
    const info = await askRedis(port, 'INFO sentinel').catch(() => '');
    if (info.includes('slaves=1')) return;
    await pause(50);
  }
  throw new Error('the sentinel did not find the replica');
}
