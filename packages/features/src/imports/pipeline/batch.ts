import type { ContactRow, RefusedRow } from '../mapping/row-reader.ts';
import { createCopyRows } from './copy-rows.ts';
import { idBytes } from './ordered-ids.ts';
import type { WriteId } from './ordered-ids.ts';
import type { PiecePool } from './piece-pool.ts';
import type { PhoneSet } from './phone-set.ts';

/** Separates the tags of a row on the way into the staging table. */
export const tagSeparator = '\u001F';

/** Rows that are applied in one transaction. */
export interface Batch {
  /** Binary COPY of id, phone, name, attributes, tags; each phone once. */
  contacts: Buffer[];
  /** Binary COPY of row number, code, column name, value. */
  errors: Buffer[];
  staged: number;
  /** Rows whose phone came earlier in this batch. */
  repeated: number;
  invalid: number;
  hasTags: boolean;
  /** The row its first record would have: the cursor before the batch. */
  fromRow: number;
  /** The cursor after the batch. */
  offset: number;
  nextRow: number;
}

export interface BatchBuilder {
  addContact(contact: ContactRow): void;
  addError(row: number, error: RefusedRow, columnName: string | null): void;
  readonly rows: number;
  finish(cursor: Pick<Batch, 'fromRow' | 'offset' | 'nextRow'>): Batch;
}

const maxValueLength = 200;

/** Turns rows into what COPY takes as they come, so that a batch is held as bytes only. `phones` is used until it is finished. */
export function createBatchBuilder(pool: PiecePool, phones: PhoneSet, writeId: WriteId): BatchBuilder {
  phones.clear();
  const contacts = createCopyRows(pool);
  const errors = createCopyRows(pool);
  let repeated = 0;
  let invalid = 0;
  let hasTags = false;
  return {
    addContact(contact) {
      if (!phones.add(contact.phone)) {
        repeated++;
        return;
      }
      contacts.beginRow(5);
      contacts.beginField(idBytes);
      writeId(contacts.piece, contacts.at);
      contacts.text(contact.phone);
      contacts.text(contact.name);
      contacts.jsonb(contact.attributes);
      contacts.text(contact.tags.length === 0 ? null : contact.tags.join(tagSeparator));
      hasTags ||= contact.tags.length > 0;
    },
    addError(row, error, columnName) {
      invalid++;
      const value = error.value === undefined ? null : shorten(error.value);
      errors.beginRow(4);
      errors.bigint(row);
      errors.text(error.code);
      errors.text(columnName);
      errors.text(value);
    },
    get rows() {
      return phones.size + repeated + invalid;
    },
    finish: (cursor) => ({
      contacts: contacts.pieces(),
      errors: errors.pieces(),
      staged: phones.size,
      repeated,
      invalid,
      hasTags,
      ...cursor,
    }),
  };
}

/** What the error report shows: enough to find the cell. NUL cannot be stored and is shown by its picture. */
function shorten(value: string): string {
  const text = value.length > maxValueLength ? value.slice(0, maxValueLength) + '…' : value;
  return text.replaceAll('\0', '\u2400').toWellFormed();
}
