import type { Readable } from 'node:stream';
import type { Database, TenantScope } from '@zaphub/db';
import { AppError } from '@zaphub/types';
import type { ImportMapping, MappedPreview } from '@zaphub/types';
import type { FileStore } from '../../routing/index.ts';
import { checkMapping } from '../mapping/check-mapping.ts';
import { createRowReader } from '../mapping/row-reader.ts';
import { checkCountry, createPhoneReader } from '../../phones/index.ts';
import { getImport, getTenantSettings } from '../queries.ts';
import { detectFile } from '../reading/detect-file.ts';

const headBytes = 1_048_576;

/**
 * Shows the first rows as they would be imported, each refused one with its code; nothing is stored.
 *
 * @throws AppError `not_found`, `mapping_invalid`, `import_state` once it was started
 */
export async function previewImport(
  deps: { db: Database; files: FileStore },
  scope: TenantScope,
  importId: string,
  input: ImportMapping,
): Promise<MappedPreview> {
  const { found, settings } = await deps.db.tenant(scope, async (tx) => ({
    found: await getImport(scope, tx, importId),
    settings: await getTenantSettings(scope, tx),
  }));
  if (found.status !== 'uploaded') {
    throw new AppError('import_state', `the import is ${found.status}`, {
      details: { status: found.status },
    });
  }
  checkMapping(input.mapping, found.detected.columns.length);
  checkCountry(input.country);
  const head = await readHead(await deps.files.open(found.file_key));
  const { records } = detectFile(head, {
    encoding: found.detected.encoding === 'windows-1252' ? 'windows-1252' : 'utf-8',
    isWhole: head.length === found.size_bytes,
    isPhone: () => false,
  });
  const readRow = createRowReader(input.mapping, createPhoneReader(input.country ?? settings.country));
  const refused = { phone: null, name: null, tags: [], attributes: {} };
  return {
    rows: records.flatMap(({ row, fields, problem }): MappedPreview['rows'] => {
      const read = readRow(fields, problem);
      if (read === undefined) return [];
      if (!read.ok) return [{ row, ...refused, error: read.code }];
      const { phone, name } = read;
      // Written by the row reader just now: an object of strings.
      const attributes = JSON.parse(read.attributes) as Record<string, string>;
      return [
        { row, phone, name, tags: [...new Set([...input.tags, ...read.tags])], attributes, error: null },
      ];
    }),
  };
}

async function readHead(source: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of source) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= headBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, headBytes);
}
