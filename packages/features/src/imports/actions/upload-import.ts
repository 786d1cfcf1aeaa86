import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Database, TenantScope } from '@zaphub/db';
import type { FileStore } from '../../routing/index.ts';
import { suggestMapping } from '../mapping/suggest-mapping.ts';
import { createPhoneReader } from '../../phones/index.ts';
import { getTenantSettings, insertImport } from '../queries.ts';
import type { ImportRow } from '../queries.ts';
import { detectFile } from '../reading/detect-file.ts';
import { readStoredText } from '../reading/stored-text.ts';

export interface UploadImportInput {
  /** The name the person's file has; only ever shown. */
  filename: string;
  source: AsyncIterable<Uint8Array>;
  /** Default 2 GB. */
  maxBytes?: number;
  signal?: AbortSignal;
}

const previewLength = 200;

/**
 * Stores a file whole and says what it turned out to be: encoding, delimiter, columns, first rows and a suggested
 * mapping. A file that cannot be imported is refused and leaves nothing behind.
 *
 * @throws AppError `file_empty`, `file_not_text`, `file_encoding_unknown`, `file_no_header`, `file_too_many_columns`,
 *   `file_field_too_large`, `file_broken_quotes`, `body_too_large`, `disk_full`; the signal's reason
 */
export async function uploadImport(
  deps: { db: Database; files: FileStore },
  scope: TenantScope,
  input: UploadImportInput,
): Promise<ImportRow> {
  const settings = await deps.db.tenant(scope, (tx) => getTenantSettings(scope, tx));
  const text = await readStoredText(input.source);
  const fileKey = `${scope.tenantId}/${randomUUID()}`;
  const { sizeBytes } = await deps.files.put(fileKey, Readable.from(text.bytes, { objectMode: false }), {
    maxBytes: input.maxBytes ?? 2 * 1024 ** 3,
    ...(input.signal === undefined ? {} : { signal: input.signal }),
  });
  try {
    const { encoding, stored, head, isWhole } = text.facts();
    const readPhone = createPhoneReader(settings.country);
    const isPhone = (cell: string): boolean => readPhone(cell).ok;
    const shape = detectFile(head, { encoding: stored, isWhole, isPhone });
    const preview = shape.records.map(({ fields }) => fields.map(toPreview));
    return await deps.db.tenant(scope, (tx) =>
      insertImport(scope, tx, {
        filename: displayName(input.filename),
        fileKey,
        sizeBytes,
        detected: {
          encoding,
          delimiter: shape.delimiter,
          columns: shape.columns.map(withoutNul),
          preview,
          suggested: suggestMapping(shape.columns, preview, isPhone),
        },
        offset: shape.dataOffset,
        nextRow: shape.dataRow,
      }),
    );
  } catch (error) {
    await deps.files.remove(fileKey);
    throw error;
  }
}

/** A name is only text here: control and direction characters go, the length is bounded. */
function displayName(filename: string): string {
  // oxlint-disable-next-line no-control-regex -- they are what is removed
  const name = filename.toWellFormed().replaceAll(/[\u0000-\u001F\u007F\u202A-\u202E\u2066-\u2069]/g, '');
  return name.trim().slice(0, 200) || 'contacts.csv';
}

function toPreview(field: string): string {
  return withoutNul(field.length > previewLength ? field.slice(0, previewLength) + '…' : field);
}

function withoutNul(text: string): string {
  return text.replaceAll('\0', '\u2400').toWellFormed();
}
