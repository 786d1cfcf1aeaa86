import type { Database, TenantScope } from '@zaphub/db';
import type { OptOutFileResult } from '@zaphub/types';
import { audit } from '../../audit/index.ts';
import { everywhere, resolvePeople } from '../../identity/index.ts';
import { createPhoneReader } from '../../imports/index.ts';
import { optOut } from '../../opt-outs/index.ts';
import { readNumbers } from '../read-numbers.ts';

const batchSize = 500;

/** What is uploaded. */
export interface OptOutFile {
  readonly source: AsyncIterable<Uint8Array>;
  /** Kept as evidence. */
  readonly filename: string;
}

/**
 * Opts out every number of a file: the first cell of a row that is a number counts. A number that nobody has becomes a
 * contact that has opted out, so that a later import finds it so. Rows without a number are told and change nothing; a
 * file that is sent twice changes nothing the second time but the proofs.
 * @throws AppError `body_too_large`; what went before a failure stays in force
 */
export async function optOutByFile(
  deps: { db: Database },
  scope: TenantScope,
  file: OptOutFile,
): Promise<OptOutFileResult> {
  const { country } = await deps.db.tenant(scope, (tx) =>
    tx.one<{ country: string }>('select default_country as country from tenants where id = $1', [
      scope.tenantId,
    ]),
  );
  const evidence = `file: ${file.filename}`;
  const result: OptOutFileResult = { rows: 0, numbers: 0, opted_out: 0, errors: [], more_errors: 0 };
  let batch: string[] = [];
  const apply = async (): Promise<void> => {
    const phones = [...new Set(batch)];
    batch = [];
    result.numbers += phones.length;
    result.opted_out += await deps.db.tenant(scope, async (tx) => {
      const people = await resolvePeople(
        tx,
        scope,
        phones.map((phone) => ({ connectionId: everywhere, person: { phone } })),
      );
      const contactIds = people.flatMap((person) => (person === undefined ? [] : [person.memberId]));
      return (await optOut(tx, scope, { contactIds, source: 'csv', evidence })).length;
    });
  };
  for await (const row of readNumbers(file.source, createPhoneReader(country))) {
    result.rows += 1;
    if (row.ok) batch.push(row.phone);
    else if (result.errors.length < mostErrors)
      result.errors.push({ row: row.row, code: row.code, value: row.value });
    else result.more_errors += 1;
    if (batch.length === batchSize) await apply();
  }
  if (batch.length > 0) await apply();
  const { rows, numbers, opted_out: optedOut } = result;
  const details = { file: file.filename, rows, numbers, opted_out: optedOut };
  await deps.db.tenant(scope, (tx) => audit(tx, scope, { action: 'opt_outs.upload', details }));
  return result;
}

/** Errors that are told one by one; of the others only how many there are. */
const mostErrors = 1000;
