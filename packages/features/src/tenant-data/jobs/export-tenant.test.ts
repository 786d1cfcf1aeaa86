import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { silentLogger } from '@zaphub/telemetry';
import { useTestDatabase } from '@zaphub/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ledgerFixture } from '../../ledger-fixture.ts';
import { getTask } from '../../tasks/index.ts';
import { exportedTables, internalTables, ledgerTables } from '../export/exported-tables.ts';
import { unzip } from '../export/unzip.ts';
import { ask, perform, temporaryFiles } from '../tenant-data-fixture.ts';
import { createExportHandler } from './export-tenant.ts';

const database = useTestDatabase();
let folder: Awaited<ReturnType<typeof temporaryFiles>>;
beforeAll(async () => {
  folder = await temporaryFiles();
});
afterAll(() => folder.remove());

const handler = () => createExportHandler({ db: database.system, files: folder.files, logger: silentLogger });

describe('an export', () => {
  it('has every row of the tenant and none of another, in pieces', async () => {
    const ours = await ledgerFixture(database, { recipients: 4_100 });
    const theirs = await ledgerFixture(database, { recipients: 3 });
    await ours.run(
      `insert into contact_tags (tenant_id, tag, contact_id) select tenant_id, 'vip', id from contacts where tenant_id = $1`,
      [ours.tenantId],
    );
    await ours.run(
      `insert into message_attempts (tenant_id, message_id, campaign_id, outcome)
       select tenant_id, id, campaign_id, 'refused' from messages where tenant_id in ($1, $2) and position <= 2`,
      [ours.tenantId, theirs.tenantId],
    );
    await ours.run(`update contacts set name = '=cmd|''/c calc''!A1' where tenant_id = $1 and id = $2`, [
      ours.tenantId,
      ours.contactIds[0],
    ]);
    await ours.run(
      `update connections set settings = '{"token":"secret-of-the-provider"}' where tenant_id = $1`,
      [ours.tenantId],
    );
    const id = await ask(database, ours, { name: 'tenant.export' });
    await perform(handler(), { id, tenantId: ours.tenantId });

    const task = await database.api.tenant(ours.scope, (tx) => getTask(ours.scope, tx, id));
    expect(task).toMatchObject({
      state: 'completed',
      attempts: 1,
      error_code: null,
      requested_by: ours.ownerId,
    });
    const archive = await readFile(join(folder.dir, task.file_key ?? 'none'));
    const files = await unzip(archive);
    const rows = (name: string) =>
      (files[name] ?? '')
        .split('\n')
        .flatMap((line) => (line === '' ? [] : [JSON.parse(line) as { id: string }]));
    expect(new Set(rows('contacts.ndjson').map((row) => row.id))).toEqual(new Set(ours.contactIds));
    expect(new Set(rows('messages.ndjson').map((row) => row.id)).size).toBe(4_100);
    expect(rows('contact_tags.ndjson')).toHaveLength(4_100);
    expect(rows('message_attempts.ndjson')).toHaveLength(2);
    expect(rows('tenants.ndjson')).toMatchObject([{ id: ours.tenantId, name: 'Acme' }]);
    expect(rows('members.ndjson')).toMatchObject([{ email: ours.ownerEmail }]);
    expect(rows('campaigns.ndjson')).toMatchObject([{ id: ours.campaignId }]);
    expect(files['contacts.csv']?.split('\r\n')).toHaveLength(4_102);
    expect(files['contacts.csv']).toContain("'=cmd");
    const everything = Object.values(files).join('');
    for (const absent of [theirs.tenantId, theirs.ownerEmail, 'secret-of-the-provider', 'file_key']) {
      expect(everything).not.toContain(absent);
    }
    expect(task.result).toMatchObject({
      size_bytes: archive.length,
      rows: { 'contacts.ndjson': 4_100, 'messages.ndjson': 4_100, 'message_attempts.ndjson': 2 },
    });
    expect([task.progress_done, task.progress_total]).toEqual([
      Object.keys(files).length,
      Object.keys(files).length,
    ]);
  });

  it('leaves out no table that anybody adds without saying so', async () => {
    const tables = await database.system.system((tx) =>
      tx.rows<{ name: string }>(
        `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
         join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
         where c.relkind in ('r', 'p') and n.nspname = 'public' order by 1`,
      ),
    );
    const known = [
      ...exportedTables.map(({ table }) => table),
      ...ledgerTables,
      ...internalTables,
      'tenants',
    ];
    expect(tables.map(({ name }) => name).filter((name) => !known.includes(name))).toEqual([]);
  });

  it('that fails is tried again and leaves no file', async () => {
    const tenant = await ledgerFixture(database, { recipients: 1 });
    const id = await ask(database, tenant, { name: 'tenant.export' });
    const stopped = AbortSignal.abort(new Error('the worker closes'));
    await expect(
      perform(handler(), { id, tenantId: tenant.tenantId }, { signal: stopped }),
    ).rejects.toThrow();
    const read = () => database.api.tenant(tenant.scope, (tx) => getTask(tenant.scope, tx, id));
    expect(await read()).toMatchObject({
      state: 'pending',
      priority: 'low',
      error_code: 'internal',
      file_key: null,
    });
    await expect(folder.files.open(`${tenant.tenantId}/export-${id}`)).rejects.toMatchObject({
      code: 'not_found',
    });
    await perform(handler(), { id, tenantId: tenant.tenantId }, { attempt: 2 });
    expect(await read()).toMatchObject({ state: 'completed', attempts: 2, error_code: null });
    // A second doorbell for a task that is over does nothing.
    await perform(handler(), { id, tenantId: tenant.tenantId });
    expect(await read()).toMatchObject({ attempts: 2 });
  });
});
