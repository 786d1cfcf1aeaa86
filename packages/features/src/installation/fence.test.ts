import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabase } from '@zaphub/db';
import { silentLogger } from '@zaphub/telemetry';
import { useTestDatabase } from '@zaphub/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createDirectMessage } from '../direct-messages/index.ts';
import { ledgerFixture } from '../ledger-fixture.ts';
import { createBeatFile } from './beat-file.ts';
import { createFence, type Fence } from './create-fence.ts';

const database = useTestDatabase();

async function fenceOf(db = database.system): Promise<{ fence: Fence; another: () => Fence; path: string }> {
  const dir = await mkdtemp(join(tmpdir(), 'zaphub-fence-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const path = join(dir, 'installation.json');
  const another = (): Fence => createFence({ db, file: createBeatFile(path), logger: silentLogger });
  return { fence: another(), another, path };
}

const run = (text: string, values: readonly unknown[] = []): Promise<number> =>
  database.system.system((tx) => tx.run(text, values));

describe('the installation fence', () => {
  test('lets restarts, other workers and a lost file pass', async () => {
    const { fence, another } = await fenceOf();
    expect(await fence.check()).toBeUndefined();
    expect(await fence.check()).toBeUndefined();
    expect(await another().check()).toBeUndefined();
    const elsewhere = await fenceOf();
    expect(await elsewhere.fence.check()).toBeUndefined();
    expect(await fence.check()).toBeUndefined();
  });

  test('holds what would send again, when the database knows less than the file', async () => {
    const ledger = await ledgerFixture(database, { recipients: 3 });
    await database.api.tenant(ledger.scope, (tx) =>
      createDirectMessage(tx, ledger.scope, {
        connectionId: ledger.connectionId,
        contactId: ledger.contactIds[0] ?? '',
        content: { kind: 'text', text: 'Once' },
        idempotencyKey: 'test:fence',
      }),
    );
    const { fence, another } = await fenceOf();
    await fence.check();
    await fence.check();
    await run('update app.installation set beat = beat - 1');
    expect(await another().check()).toEqual({ campaigns: 1, direct: 1 });
    const rows = await database.system.system((tx) =>
      tx.rows(
        `select kind, status, resume_status, hold_cause from campaigns where tenant_id = $1 order by kind`,
        [ledger.tenantId],
      ),
    );
    expect(rows).toEqual([
      { kind: 'campaign', status: 'paused', resume_status: 'running', hold_cause: 'restored' },
      { kind: 'direct', status: 'running', resume_status: null, hold_cause: null },
    ]);
    expect(await run(`select from messages where direct and state = 'skipped' and reason = 'restored'`)).toBe(
      1,
    );
    expect(await ledger.claim()).toBeUndefined();
    // Once: from now on this copy is the installation.
    expect(await another().check()).toBeUndefined();
    expect(await run(`select from app.system_log where event = 'installation.restored'`)).toBe(1);
  });

  test('notices a copy that replaces the database under a running worker', async () => {
    const { fence, path } = await fenceOf();
    await fence.check();
    await fence.check();
    await rm(path);
    await run('update app.installation set beat = beat - 2');
    expect(await fence.check()).toBeDefined();
  });

  test('notices a dump of the middle of a campaign that was restored under another name, without any file', async () => {
    const ledger = await ledgerFixture(database, { recipients: 2 });
    await (await fenceOf()).fence.check();
    const copy = `restored_${ledger.tenantId.replaceAll('-', '')}`;
    const url = new URL(database.urls.owner);
    const source = url.pathname.slice(1);
    url.pathname = '/postgres';
    const admin = createDatabase({ connectionString: url.href, maxConnections: 1 });
    // A copy needs the original to itself for a moment.
    await admin.statement(
      'ends',
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = $1`,
      [source],
    );
    await admin.statement('copies', `create database ${copy} template ${source}`, []);
    const copyUrl = new URL(database.urls.system);
    copyUrl.pathname = `/${copy}`;
    const db = createDatabase({ connectionString: copyUrl.href, maxConnections: 2 });
    onTestFinished(async () => {
      await db.close();
      await admin.statement('drops', `drop database ${copy} with (force)`, []);
      await admin.close();
    });
    const { fence } = await fenceOf(db);
    expect((await fence.check())?.campaigns).toBeGreaterThanOrEqual(1);
    const { status } = await db.system((tx) =>
      tx.one<{ status: string }>('select status from campaigns where id = $1', [ledger.campaignId]),
    );
    expect(status).toBe('paused');
  });
});
