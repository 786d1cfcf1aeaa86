import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { useTestDatabase } from '@zaphub/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { importFixture, people } from '../import-fixture.ts';
import type { ImportFixture } from '../import-fixture.ts';
import type { ImportRow } from '../queries.ts';

const database = useTestDatabase();
const rows = 200_000;
let fixture: ImportFixture;
beforeAll(async () => {
  fixture = await importFixture(database);
});
afterAll(() => fixture.close());

/** A heap of 64 MB: less than the rows alone would take. */
function startProcess(importId: string): ChildProcess {
  const child = fork(join(import.meta.dirname, 'fixtures/import-process.ts'), {
    execArgv: ['--max-old-space-size=64', '--max-semi-space-size=8'],
  });
  child.send({
    connectionString: database.urls.system,
    directory: fixture.directory,
    tenantId: fixture.scope.tenantId,
    importId,
  });
  return child;
}

async function untilItHasMoved(from: ImportRow): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (performance.now() < deadline) {
    if ((await fixture.read(from.id)).rows_read > from.rows_read) return;
    await pause(20);
  }
  throw new Error('the import does not move');
}

test('200,000 rows in a small heap, killed twice on the way, end with every row once', async () => {
  async function* file(): AsyncGenerator<Uint8Array> {
    for (let from = 0; from < rows; from += 10_000) {
      const part = people(from, from + 10_000);
      yield Buffer.from(from === 0 ? part : part.slice(part.indexOf('\n') + 1));
    }
  }
  const uploaded = await fixture.upload(file());
  await fixture.start(uploaded);
  for (let kills = 0; kills < 2; kills++) {
    const child = startProcess(uploaded.id);
    const exited = once(child, 'exit');
    await untilItHasMoved(await fixture.read(uploaded.id));
    child.kill('SIGKILL');
    await exited;
    const { status, rows_read } = await fixture.read(uploaded.id);
    expect(status).toBe('running');
    expect(rows_read).toBeLessThan(rows);
  }
  const child = startProcess(uploaded.id);
  const exited = once(child, 'exit');
  const [answer] = await Promise.race([once(child, 'message'), exited]);
  await exited;
  expect(answer).toMatchObject({ result: 'completed' });
  expect(answer.peakMegabytes).toBeLessThan(250);
  expect(await fixture.read(uploaded.id)).toMatchObject({
    status: 'completed',
    rows_read: rows,
    created: rows,
    duplicates: 0,
  });
  const { count } = await database.system.system((tx) =>
    tx.one<{ count: number }>('select count(*) from contacts where tenant_id = $1', [fixture.scope.tenantId]),
  );
  expect(count).toBe(rows);
}, 180_000);
