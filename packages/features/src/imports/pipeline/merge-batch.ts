import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { uniqueViolation } from '@zaphub/db';
import type { TenantScope, Tx } from '@zaphub/db';
import { from as copyFrom } from 'pg-copy-streams';
import { tagSeparator } from './batch.ts';
import type { Batch } from './batch.ts';

export interface MergeOptions {
  importId: string;
  /**
   * Kept by the caller from batch to batch: false until a phone was there already. Inserting without asking first
   * is a quarter faster, and most imports bring only new people.
   */
  expectsKnown: { value: boolean };
  /** Given to every contact of the import. */
  tags: readonly string[];
  consentSource: string | null;
}

/** What became of a batch; the sum is its rows. */
export interface MergeCounts {
  created: number;
  updated: number;
  unchanged: number;
  duplicates: number;
  invalid: number;
}

/**
 * Brings a batch into temporary tables of the caller's transaction, by COPY. Touches nothing that others see, so it
 * may run beside the merge of the batch before.
 */
export async function stageBatch(tx: Tx, batch: Batch): Promise<void> {
  await tx.run(stagingTables);
  if (batch.staged > 0) {
    await copy(
      tx,
      'copy pg_temp.import_stage (id, phone, name, attributes, tags) from stdin with (format binary)',
      batch.contacts,
    );
  }
  if (batch.invalid > 0) {
    await copy(
      tx,
      'copy pg_temp.import_stage_errors (row_number, code, column_name, value) from stdin with (format binary)',
      batch.errors,
    );
  }
  await tx.run('savepoint staged');
}

/**
 * Merges a staged batch in the same transaction, by sets: new contacts, then those that were there. The first row
 * of a phone counts, in this file: later ones are duplicates, across batches too. A contact keeps its id, its
 * opt-out, and every value the file has nothing for.
 */
export async function mergeBatch(
  scope: TenantScope,
  tx: Tx,
  batch: Batch,
  options: MergeOptions,
): Promise<MergeCounts> {
  if (batch.staged === 0) {
    if (batch.invalid > 0) await storeErrors(scope, tx, options.importId);
    return { created: 0, updated: 0, unchanged: 0, duplicates: batch.repeated, invalid: batch.invalid };
  }
  // Two imports of one tenant take turns here, so they cannot lock each other's contacts crosswise.
  await tx.run(`select pg_advisory_xact_lock(hashtextextended('contacts ' || $1, 0))`, [scope.tenantId]);
  const hasTags = batch.hasTags || options.tags.length > 0;
  const created = await createNew(scope, tx, options, hasTags);
  const { met, updated } =
    created === batch.staged ? { met: 0, updated: 0 } : await updateMet(scope, tx, options);
  // After the insert: its repetition would undo what came between.
  if (batch.invalid > 0) await storeErrors(scope, tx, options.importId);
  return {
    created,
    updated,
    unchanged: met - updated,
    duplicates: batch.repeated + batch.staged - created - met,
    invalid: batch.invalid,
  };
}

// Temporary tables belong to the connection and are empty again after each commit. Lookups go by index, whatever
// the statistics of a table that is just being filled say. The commit does not wait for the disk: rows and cursor
// are in it together, so a crash loses both or neither, and the commit that ends the import waits for all.
const stagingTables = `
  set local client_min_messages = warning;
  set local enable_seqscan = off;
  set local synchronous_commit = off;
  create temp table if not exists import_stage
    (id uuid, phone text collate "C", name text, attributes jsonb, tags text) on commit delete rows;
  create temp table if not exists import_stage_errors (row_number bigint, code text, column_name text, value text)
    on commit delete rows`;

async function createNew(
  scope: TenantScope,
  tx: Tx,
  options: MergeOptions,
  hasTags: boolean,
): Promise<number> {
  const { expectsKnown } = options;
  if (expectsKnown.value) return insertNew(scope, tx, options, hasTags);
  try {
    return await insertNew(scope, tx, options, hasTags);
  } catch (error) {
    if (uniqueViolation(error) !== 'contacts_phone') throw error;
    await tx.run('rollback to savepoint staged');
    expectsKnown.value = true;
    return insertNew(scope, tx, options, hasTags);
  }
}

async function insertNew(
  scope: TenantScope,
  tx: Tx,
  { importId, consentSource, tags, expectsKnown }: MergeOptions,
  hasTags: boolean,
): Promise<number> {
  const insert = `
    insert into contacts (id, tenant_id, phone, name, attributes, consent_source, import_id)
    select id, $1, phone, name, attributes, $3, $2 from pg_temp.import_stage
    ${expectsKnown.value ? 'on conflict (tenant_id, phone) do nothing' : ''}`;
  const values = [scope.tenantId, importId, consentSource];
  if (!hasTags) return tx.run(insert, values);
  const { created } = await tx.one<{ created: number }>(
    `with created as (${insert} returning id),
     tagged as (
       insert into contact_tags (tenant_id, tag, contact_id)
       select $1, tag, c.id from created c join pg_temp.import_stage s using (id)
         cross join unnest($4::text[] || string_to_array(s.tags, $5)) tag
       on conflict do nothing)
     select count(*) as created from created`,
    [...values, tags, tagSeparator],
  );
  return created;
}

/** Contacts that this import did not make: the first time it meets one it may change it, and remembers. */
function updateMet(
  scope: TenantScope,
  tx: Tx,
  options: MergeOptions,
): Promise<{ met: number; updated: number }> {
  return tx.one<{ met: number; updated: number }>(
    `with found as (
       select s.name, s.attributes, s.tags, c.id from pg_temp.import_stage s
       join contacts c on c.tenant_id = $1 and c.phone = s.phone and c.import_id is distinct from $2),
     met as (
       insert into import_matches (tenant_id, import_id, contact_id) select $1, $2, id from found
       on conflict do nothing returning contact_id),
     changed as (
       update contacts c set name = coalesce(f.name, c.name), attributes = c.attributes || f.attributes,
         consent_source = coalesce(c.consent_source, $3::text), updated_at = clock_timestamp()
       from met join found f on f.id = met.contact_id
       where c.tenant_id = $1 and c.id = f.id
         and (f.name <> c.name or (f.name is not null and c.name is null) or not c.attributes @> f.attributes
           or (c.consent_source is null and $3::text is not null))
       returning c.id),
     tagged as (
       insert into contact_tags (tenant_id, tag, contact_id)
       select $1, tag, f.id from met join found f on f.id = met.contact_id
         cross join unnest($4::text[] || string_to_array(f.tags, $5)) tag
       on conflict do nothing returning contact_id)
     select (select count(*) from met) as met,
       (select count(*) from (select id from changed union select contact_id from tagged) x) as updated`,
    [scope.tenantId, options.importId, options.consentSource, options.tags, tagSeparator],
  );
}

async function storeErrors(scope: TenantScope, tx: Tx, importId: string): Promise<void> {
  await tx.run(
    `insert into import_errors (tenant_id, import_id, row_number, code, column_name, value)
     select $1, $2, row_number, code, column_name, value from pg_temp.import_stage_errors
     on conflict do nothing`,
    [scope.tenantId, importId],
  );
}

async function copy(tx: Tx, statement: string, pieces: readonly Buffer[]): Promise<void> {
  const client = await tx.client();
  await pipeline(Readable.from(pieces), client.query(copyFrom(statement)));
}
