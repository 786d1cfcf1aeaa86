import type { ContactRow, RefusedRow } from '../mapping/row-reader.ts';
import { copyField, createCopyText } from './copy-text.ts';
import type { NextId } from './ordered-ids.ts';
import type { PiecePool } from './piece-pool.ts';
import type { PhoneSet } from './phone-set.ts';

/** Separates the tags of a row on the way into the staging table. */
export const tagSeparator = '\u001F';

/** Rows that are applied in one transaction. */
export interface Batch {
  /** COPY text of id, phone, name, attributes, tags; each phone once. */
  contacts: Buffer[];
  /** COPY text of row number, code, column name, value. */
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
  /** Its attributes are written by `copyJsonString`. */
  addContact(contact: ContactRow): void;
  addError(row: number, error: RefusedRow, columnName: string | null): void;
  readonly rows: number;
  finish(cursor: Pick<Batch, 'fromRow' | 'offset' | 'nextRow'>): Batch;
}

const maxValueLength = 200;

/** Turns rows into COPY text as they come, so that a batch is held as bytes only. `phones` is used until it is finished. */
export function createBatchBuilder(pool: PiecePool, phones: PhoneSet, nextId: NextId): BatchBuilder {
  phones.clear();
  const contacts = createCopyText(pool);
  const errors = createCopyText(pool);
  let repeated = 0;
  let invalid = 0;
  let hasTags = false;
  return {
    addContact(contact) {
      if (!phones.add(contact.phone)) {
        repeated++;
        return;
      }
      let tags = String.raw`\N`;
      if (contact.tags.length > 0) {
        tags = copyField(contact.tags.join(tagSeparator));
        hasTags = true;
      }
      contacts.add(
        `${nextId()}\t${contact.phone}\t${copyField(contact.name)}\t${contact.attributes}\t${tags}\n`,
      );
    },
    addError(row, error, columnName) {
      invalid++;
      const value = error.value === undefined ? null : shorten(error.value);
      errors.add(`${row}\t${error.code}\t${copyField(columnName)}\t${copyField(value)}\n`);
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
