import { Readable } from 'node:stream';
import { createSimulator, forgetConnections, readJournal } from '@zaphub/providers';
import { silentLogger } from '@zaphub/telemetry';
import { useTestDatabase } from '@zaphub/testing';
import { fromPublicId } from '@zaphub/types';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type LedgerFixture, ledgerFixture, temporaryFolder } from '../../ledger-fixture.ts';
import { listMemberships } from '../../tenants/index.ts';
import { verifyLedger } from '../../verify/index.ts';
import { requestDeletion } from '../actions/request-deletion.ts';
import { ask, perform, rowsOf, temporaryFiles } from '../tenant-data-fixture.ts';
import { createDeletionHandler } from './delete-tenant.ts';
import { createExportHandler } from './export-tenant.ts';

const database = useTestDatabase();
let folder: Awaited<ReturnType<typeof temporaryFiles>>;
beforeAll(async () => {
  folder = await temporaryFiles();
});
afterAll(() => folder.remove());

const deps = () => ({ db: database.system, files: folder.files, logger: silentLogger });
const handler = (lanesTimeoutMs = 5_000) => createDeletionHandler({ ...deps(), lanesTimeoutMs, graceMs: 0 });

/** The doorbell for the second look, which a second look takes away. */
const onlyTheBell = { outbox: 1 };

/** A tenant with something in many tables, and a file. */
async function fullTenant(): Promise<LedgerFixture> {
  const tenant = await ledgerFixture(database, { recipients: 6_000 });
  const { tenantId, campaignId } = tenant;
  await tenant.run(
    `insert into contact_tags (tenant_id, tag, contact_id) select tenant_id, 'vip', id from contacts where tenant_id = $1`,
    [tenantId],
  );
  await tenant.run(
    `insert into message_attempts (tenant_id, message_id, campaign_id, outcome)
     select tenant_id, id, campaign_id, 'refused' from messages where campaign_id = $1 limit 500`,
    [campaignId],
  );
  await tenant.run('insert into campaign_heads (campaign_id, tenant_id) values ($1, $2)', [
    campaignId,
    tenantId,
  ]);
  await tenant.run(`select app.publish($1, 'campaigns', 'campaign.changed', '{}')`, [tenantId]);
  await tenant.run(
    `with i as (insert into imports (tenant_id, filename, file_key, size_bytes, status)
       values ($1, 'a.csv', 'k', 1, 'running') returning id)
     insert into import_errors (tenant_id, import_id, row_number, code) select $1, id, 1, 'phone_invalid' from i`,
    [tenantId],
  );
  await folder.files.put(`${tenantId}/upload`, Readable.from(['phone\n']), { maxBytes: 100 });
  return tenant;
}

describe('the deletion of a tenant', () => {
  it('is asked for by its name, letter by letter, and at once makes everybody a viewer', async () => {
    const { scope, ownerId, tenantId } = await ledgerFixture(database, { recipients: 1 });
    for (const wrong of ['acme', 'Acme ', 'Acm']) {
      await expect(requestDeletion({ db: database.api }, scope, wrong)).rejects.toMatchObject({
        code: 'name_mismatch',
      });
    }
    expect(await listMemberships(database.api, ownerId)).toEqual([{ tenantId, role: 'owner' }]);
    const task = await requestDeletion({ db: database.api }, scope, 'Acme');
    expect(task).toMatchObject({ name: 'tenant.delete', state: 'pending', priority: 'high' });
    expect(await listMemberships(database.api, ownerId)).toEqual([{ tenantId, role: 'viewer' }]);
    await expect(requestDeletion({ db: database.api }, scope, 'Acme')).rejects.toMatchObject({
      code: 'conflict',
      details: { task_id: task.id },
    });
  });

  it('takes every row and file of the tenant, nothing of another, and leaves a line in the log', async () => {
    const gone = await fullTenant();
    const stays = await fullTenant();
    const before = await rowsOf(database, stays.tenantId);
    expect(Object.keys(before).length).toBeGreaterThan(12);
    const id = await ask(database, gone, { name: 'tenant.delete' });
    await perform(handler(), { id, tenantId: gone.tenantId });

    expect(await rowsOf(database, gone.tenantId)).toEqual(onlyTheBell);
    expect(await rowsOf(database, stays.tenantId)).toEqual(before);
    await expect(folder.files.open(`${gone.tenantId}/upload`)).rejects.toMatchObject({ code: 'not_found' });
    await (await folder.files.open(`${stays.tenantId}/upload`)).toArray();
    expect(await listMemberships(database.api, gone.ownerId)).toEqual([]);
    const log = await database.system.system((tx) =>
      tx.rows<{ event: string; actor_id: string; details: Record<string, unknown> }>(
        'select event, actor_id, details from app.system_log where subject_id = $1 order by id',
        [gone.tenantId],
      ),
    );
    expect(log).toMatchObject([
      { event: 'tenant.deletion_started', actor_id: gone.ownerId, details: { name: 'Acme', task: id } },
      {
        event: 'tenant.deleted',
        actor_id: gone.ownerId,
        details: { name: 'Acme', task: id, rows: { messages: 6_000, message_attempts: 500, members: 1 } },
      },
    ]);
  });

  it('stops the campaigns and waits for what is on its way; then nothing is sent any more', async () => {
    const tenant = await ledgerFixture(database, { recipients: 10 });
    await tenant.claim({ limit: 5 });
    const id = await ask(database, tenant, { name: 'tenant.delete', retries: 5 });
    const task = { id, tenantId: tenant.tenantId };
    await expect(perform(handler(300), task)).rejects.toMatchObject({ code: 'unavailable' });
    const { status } = await database.system.system((tx) =>
      tx.one<{ status: string }>('select status from campaigns where id = $1', [tenant.campaignId]),
    );
    expect(status).toBe('cancelled');
    expect(await tenant.claim({ limit: 5 })).toBeUndefined();
    expect(await rowsOf(database, tenant.tenantId)).toMatchObject({ messages: 10, tasks: 1 });
    await tenant.run('update claims set lease_until = now() where tenant_id = $1', [tenant.tenantId]);
    await perform(handler(), task, { attempt: 2 });
    expect(await rowsOf(database, tenant.tenantId)).toEqual(onlyTheBell);
    const { n } = await database.system.system((tx) =>
      tx.one<{ n: number }>('select count(*) as n from app.system_log where subject_id = $1', [
        tenant.tenantId,
      ]),
    );
    expect(n).toBe(2);
  });

  it('goes on where it was cut off, and may be done once more when all is over', async () => {
    const tenant = await fullTenant();
    const task = { id: await ask(database, tenant, { name: 'tenant.delete' }), tenantId: tenant.tenantId };
    const cut = new AbortController();
    const slow = createDeletionHandler({
      ...deps(),
      db: {
        ...database.system,
        system: async (work) => {
          const done = await database.system.system(work);
          const rows = await rowsOf(database, tenant.tenantId);
          // The first batch of recipients has gone.
          if ((rows['messages'] ?? 0) < 6_000) cut.abort(new Error('the worker was told to stop'));
          return done;
        },
      },
    });
    await expect(perform(slow, task, { signal: cut.signal })).rejects.toThrow('told to stop');
    expect(await rowsOf(database, tenant.tenantId)).toMatchObject({
      messages: 1_000,
      tenants: 1,
      members: 1,
    });
    await perform(handler(), task, { attempt: 2 });
    expect(await rowsOf(database, tenant.tenantId)).toEqual(onlyTheBell);
    // What an upload left that had begun before.
    await tenant.run(`insert into templates (tenant_id, name, body) values ($1, 'late', 'late')`, [
      tenant.tenantId,
    ]);
    await folder.files.put(`${tenant.tenantId}/late`, Readable.from(['late']), { maxBytes: 10 });
    await perform(handler(), task, { attempt: 3 });
    expect(await rowsOf(database, tenant.tenantId)).toEqual({});
    await expect(folder.files.open(`${tenant.tenantId}/late`)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('leaves verify content, and no phone in what the network remembers of it', async () => {
    const tenant = await ledgerFixture(database, { recipients: 1 });
    const { dir, remove } = await temporaryFolder();
    onTestFinished(remove);
    const network = createSimulator({ journalDir: dir, receipts: false });
    const claim = await tenant.claim();
    for (const message of claim?.messages ?? []) {
      const { id, recipient } = message;
      await network.send(
        {
          messageId: id,
          to: recipient,
          text: 'Hi',
          sender: tenant.connectionId,
          reference: tenant.campaignId,
          attempt: 1,
        },
        { signal: new AbortController().signal, notAfterMs: Infinity },
      );
    }
    await network.close();
    const truthful = async () => {
      const report = await verifyLedger(database.system, { journalDir: dir });
      return report.invariants.find(({ name }) => name === 'truthful');
    };
    await tenant.run('delete from claims where tenant_id = $1', [tenant.tenantId]);
    await tenant.run('delete from messages where tenant_id = $1', [tenant.tenantId]);
    expect(await truthful()).toMatchObject({ isKept: false });
    const [message] = claim?.messages ?? [];
    const phones = async (): Promise<string[]> => {
      const seen: string[] = [];
      await readJournal(dir, { onEntry: ({ phone }) => seen.push(phone) });
      return seen;
    };
    expect(await phones()).toEqual([message?.recipient]);
    const forgetful = createDeletionHandler({
      ...deps(),
      graceMs: 0,
      forgetConnections: (ids) => forgetConnections(dir, ids),
    });
    await perform(forgetful, {
      id: await ask(database, tenant, { name: 'tenant.delete' }),
      tenantId: tenant.tenantId,
    });
    expect(await truthful()).toMatchObject({ isKept: true });
    expect(await phones()).toEqual([expect.stringMatching(/^\+0\d+$/)]);
  });

  it('waits until no api takes anybody for more than a viewer', async () => {
    const { scope, tenantId } = await ledgerFixture(database, { recipients: 1 });
    const { id } = await requestDeletion({ db: database.api }, scope, 'Acme');
    const cut = new AbortController();
    const patient = perform(
      createDeletionHandler({ ...deps(), graceMs: 60_000 }),
      {
        id: fromPublicId('task', id) ?? '',
        tenantId,
      },
      { signal: cut.signal },
    );
    patient.catch(() => undefined);
    await expect.poll(async () => (await rowsOf(database, tenantId))['contacts']).toBeUndefined();
    expect(await rowsOf(database, tenantId)).toMatchObject({ tenants: 1, members: 1 });
    cut.abort(new Error('seen enough'));
    await expect(patient).rejects.toThrow();
  });

  it('takes the file of an export that ends after it', async () => {
    const tenant = await ledgerFixture(database, { recipients: 1 });
    const exporting = {
      id: await ask(database, tenant, { name: 'tenant.export' }),
      tenantId: tenant.tenantId,
    };
    const deleting = {
      id: await ask(database, tenant, { name: 'tenant.delete' }),
      tenantId: tenant.tenantId,
    };
    let hasDeleted = false;
    const late = createExportHandler({
      ...deps(),
      files: {
        ...folder.files,
        async put(key, source, options) {
          const stored = await folder.files.put(key, source, options);
          await perform(handler(), deleting);
          hasDeleted = true;
          // As if the disk had been slow.
          await folder.files.put(key, Readable.from(['late']), { maxBytes: 10 });
          return stored;
        },
      },
    });
    await perform(late, exporting);
    expect(hasDeleted).toBe(true);
    await expect(folder.files.open(`${tenant.tenantId}/export-${exporting.id}`)).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('of the last tenant makes the installation free to be set up again', async () => {
    await database.system.system((tx) => tx.run('update app.installation set claimed_at = now()'));
    const left = await database.system.system((tx) =>
      tx.rows<{ id: string }>('select id from tenants order by id'),
    );
    const isClaimed = () =>
      database.system.system(
        async (tx) => (await tx.one<{ is: boolean }>('select app.is_claimed() as is')).is,
      );
    for (const { id } of left) {
      expect(await isClaimed()).toBe(true);
      await perform(handler(), { id: crypto.randomUUID(), tenantId: id });
    }
    expect(await isClaimed()).toBe(false);
  });
});
