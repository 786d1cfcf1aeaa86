/** Bytes of a piece: three for each character that may be collected before it is written. */
const pieceBytes = 196_608;

/** The most characters that fit a piece, whatever they are. */
export const maxPieceLength = 65_536;

/** Lends out buffers of one size, so that a long import goes round in the few it began with. */
export interface PiecePool {
  /** Writes text of at most `maxPieceLength` characters into a free buffer; answers the part that it fills. */
  write(text: string): Buffer;
  /** Takes pieces back that nobody reads any more. */
  release(pieces: readonly Buffer[]): void;
}

export function createPiecePool(): PiecePool {
  const free: ArrayBufferLike[] = [];
  return {
    write(text) {
      const buffer = Buffer.from(free.pop() ?? new ArrayBuffer(pieceBytes));
      return buffer.subarray(0, buffer.write(text, 'utf8'));
    },
    release(pieces) {
      for (const piece of pieces) free.push(piece.buffer);
    },
  };
}
