import type { PiecePool } from './piece-pool.ts';

/** Collects the rows of a COPY in binary format: nothing in them is escaped, and the server looks for nothing. */
export interface CopyRows {
  /** Begins a row; so many fields must follow, each by one of the calls below. */
  beginRow(fields: number): void;
  /** Begins a field of so many bytes that the caller writes into `piece` from `at` on. */
  beginField(bytes: number): void;
  text(value: string | null): void;
  /** JSON as text, for a column of jsonb. */
  jsonb(json: string): void;
  bigint(value: number): void;
  /** Where the field that was begun last is to be written; good until the next call. */
  readonly piece: Buffer;
  readonly at: number;
  /** The whole COPY, as bytes in buffers of the pool. */
  pieces(): Buffer[];
}

const signature = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const noField = -1;
const endOfRows = -1;
const lengthBytes = 4;
const maxBytesPerUnit = 3;
/** Leads the text of a jsonb. */
const jsonbVersion = 1;

export function createCopyRows(pool: PiecePool): CopyRows {
  const full: Buffer[] = [];
  let piece: Buffer = pool.take();
  let filled = signature.copy(piece);
  let at = filled;

  function makeRoom(bytes: number): void {
    if (piece.length - filled >= bytes) return;
    full.push(piece.subarray(0, filled));
    piece = pool.take();
    filled = 0;
  }

  function text(value: string, version: number | undefined): void {
    const prefix = version === undefined ? 0 : 1;
    const mostBytes = lengthBytes + prefix + value.length * maxBytesPerUnit;
    if (mostBytes > piece.length) {
      longText(Buffer.from(value), version);
      return;
    }
    makeRoom(mostBytes);
    const start = filled + lengthBytes;
    if (version !== undefined) piece[start] = version;
    const bytes = prefix + piece.write(value, start + prefix, 'utf8');
    filled = piece.writeInt32BE(bytes, filled) + bytes;
  }

  /** More than a piece may hold: its bytes go on in the next. */
  function longText(bytes: Buffer, version: number | undefined): void {
    makeRoom(lengthBytes + 1);
    filled = piece.writeInt32BE(bytes.length + (version === undefined ? 0 : 1), filled);
    if (version !== undefined) filled = piece.writeInt8(version, filled);
    for (let from = 0; from < bytes.length;) {
      makeRoom(1);
      const copied = bytes.copy(piece, filled, from);
      filled += copied;
      from += copied;
    }
  }

  return {
    beginRow(fields) {
      makeRoom(2);
      filled = piece.writeInt16BE(fields, filled);
    },
    beginField(bytes) {
      makeRoom(lengthBytes + bytes);
      at = piece.writeInt32BE(bytes, filled);
      filled = at + bytes;
    },
    text(value) {
      if (value !== null) return text(value, undefined);
      makeRoom(lengthBytes);
      filled = piece.writeInt32BE(noField, filled);
    },
    jsonb: (json) => text(json, jsonbVersion),
    bigint(value) {
      makeRoom(lengthBytes + 8);
      filled = piece.writeBigInt64BE(BigInt(value), piece.writeInt32BE(8, filled));
    },
    get piece() {
      return piece;
    },
    get at() {
      return at;
    },
    pieces() {
      makeRoom(2);
      filled = piece.writeInt16BE(endOfRows, filled);
      full.push(piece.subarray(0, filled));
      return full;
    },
  };
}
