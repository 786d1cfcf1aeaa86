export interface Marker {
  /**
   * The places in `bytes` where something may begin or end, in order, then the length of `bytes`. They
   * hold until the next call. `withLetters` marks every byte beyond ASCII as well.
   */
  mark(bytes: Uint8Array, withLetters: boolean): Int32Array;
}

/**
 * Marks the bytes with one of these codes. A loop that does nothing else, and does not branch, goes over all bytes
 * in less time than it would take to decide about each of them on the way.
 */
export function createMarker(codes: readonly number[]): Marker {
  const signs = new Uint8Array(256);
  for (const code of codes) signs[code] = 1;
  const signsAndLetters = signs.map((is, code) => (code > 127 ? 1 : is));
  let marks = new Int32Array(0);
  return {
    mark(bytes, withLetters) {
      if (marks.length <= bytes.length) marks = new Int32Array(bytes.length * 2 + 1);
      const count = writeMarks(bytes, withLetters ? signsAndLetters : signs, marks);
      // Every search ends there.
      marks[count] = bytes.length;
      return marks;
    },
  };
}

/** Writes every place and keeps those whose byte is in the table. */
function writeMarks(bytes: Uint8Array, table: Uint8Array, marks: Int32Array): number {
  let count = 0;
  for (let at = 0; at < bytes.length; at++) {
    marks[count] = at;
    count += table[bytes[at] as number] as number;
  }
  return count;
}
