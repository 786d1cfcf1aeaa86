const pieceBytes = 262_144;

/** Lends out buffers of 256 kB, so that a long import goes round in the few it began with. */
export interface PiecePool {
  take(): Buffer;
  /** Takes buffers back, or parts of them, that nobody reads any more. */
  release(pieces: readonly Buffer[]): void;
}

export function createPiecePool(): PiecePool {
  const free: ArrayBufferLike[] = [];
  return {
    take: () => Buffer.from(free.pop() ?? new ArrayBuffer(pieceBytes)),
    release(pieces) {
      for (const piece of pieces) free.push(piece.buffer);
    },
  };
}
