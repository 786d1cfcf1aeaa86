import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startPostgres, type RunningPostgres } from './start-postgres.ts';

let folder: string;
let server: RunningPostgres | undefined;

const start = async () => {
  server = await startPostgres({ dataDir: join(folder, 'postgres'), sync: false });
  return server;
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zaphub-postgres-'));
});

afterEach(async () => {
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

describe('startPostgres', () => {
  it('accepts connections as soon as it resolves, also right after a crash', async () => {
    const first = await start();
    await query(first.url, 'create table kept (id int); insert into kept values (1)');
    const crashed = Number.parseInt(await readFile(join(first.dataDir, 'postmaster.pid'), 'utf8'), 10);
    process.kill(crashed, 'SIGKILL');
    expect(await first.exited).not.toBe(0);
    const second = await start();
    expect(await query(second.url, 'select id from kept')).toEqual([{ id: 1 }]);
  });

  it('keeps its port over a restart when it is free, and takes another when it is not', async () => {
    const first = await start();
    const rival = await startPostgres({ dataDir: join(folder, 'rival'), sync: false, port: first.port });
    expect(rival.port).not.toBe(first.port);
    await rival.close();
    const { port } = first;
    await first.close();
    server = await startPostgres({ dataDir: join(folder, 'postgres'), port });
    expect(server.port).toBe(port);
  });

  it('ends with exit code 0 when it is closed, however often', async () => {
    const { exited, close } = await start();
    await Promise.all([close(), close()]);
    await close();
    expect(await exited).toBe(0);
  });

  it('says why it cannot start', async () => {
    const settings = { shared_buffers: 'much' };
    await expect(
      startPostgres({ dataDir: join(folder, 'postgres'), sync: false, settings }),
    ).rejects.toMatchObject({
      code: 'start_failed',
      message: expect.stringContaining('invalid value for parameter "shared_buffers": "much"'),
    });
  });
});

async function query(connectionString: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    const result = await client.query<Record<string, unknown>>(text);
    return result.rows;
  } finally {
    await client.end();
  }
}
