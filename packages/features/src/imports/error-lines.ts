import type { Database, TenantScope } from '@zaphub/db';
import type { Locale, RowErrorCode } from '@zaphub/types';
import { byteOrderMark, csvLine } from '../reports/index.ts';
import { errorReportHeader, rowErrorWords } from './row-error-words.ts';

interface ErrorRow {
  row_number: number;
  code: RowErrorCode;
  column_name: string | null;
  value: string | null;
}

const pageRows = 1000;

/** The refused rows of an import as CSV, a page of rows a piece, in the order of the file. */
export async function* errorLines(
  deps: { db: Database },
  scope: TenantScope,
  importId: string,
  locale: Locale,
): AsyncGenerator<string, void> {
  yield byteOrderMark + csvLine(errorReportHeader[locale]);
  const words = rowErrorWords[locale];
  for (let after = 0; ;) {
    const rows = await deps.db.tenant(scope, (tx) =>
      tx.rows<ErrorRow>(
        `select row_number, code, column_name, value from import_errors
         where tenant_id = $1 and import_id = $2 and row_number > $3 order by row_number limit $4`,
        [scope.tenantId, importId, after, pageRows],
      ),
    );
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows
      .map((row) => csvLine([row.row_number, row.column_name, row.value, row.code, words[row.code]]))
      .join('');
    after = last.row_number;
  }
}
