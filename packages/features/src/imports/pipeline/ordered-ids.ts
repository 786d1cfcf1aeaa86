import { randomFillSync } from 'node:crypto';

/** Writes a new id, greater than every one before it, as 16 bytes into `target` from `at` on. */
export type WriteId = (target: Uint8Array, at: number) => void;

export const idBytes = 16;

const perBlock = 512;
const randomBytes = 8;
const perMillisecond = 4096;
const version = 0x70;
const variant = 0x80;

/**
 * Makes UUIDs of version 7 (RFC 9562, section 6.2, method 1): time, a counter of 12 bits, and 62 random bits each.
 * The database would ask the system for randomness once a row, which costs it more than storing the row's name.
 * A millisecond whose numbers are used up is followed by the next, so a quick source may be ahead of the clock.
 * @param now the time in milliseconds
 */
export function createOrderedIds(now: () => number = Date.now): WriteId {
  const block = Buffer.alloc(perBlock * randomBytes);
  const time = Buffer.alloc(6);
  let used = block.length;
  let millisecond = 0;
  let count = perMillisecond;

  function begin(next: number): void {
    millisecond = next;
    count = 0;
    time.writeUIntBE(millisecond, 0, time.length);
  }

  return (target, at) => {
    if (used === block.length) {
      randomFillSync(block);
      used = 0;
      if (now() > millisecond) begin(now());
    }
    if (count === perMillisecond) begin(millisecond + 1);
    // Every index is inside its bytes: the casts drop an `undefined` that cannot be.
    for (let byte = 0; byte < time.length; byte++) target[at + byte] = time[byte] as number;
    target[at + 6] = version | (count >>> 8);
    target[at + 7] = count & 0xff;
    for (let byte = 0; byte < randomBytes; byte++) target[at + 8 + byte] = block[used++] as number;
    target[at + 8] = variant | ((target[at + 8] as number) & 0x3f);
    count++;
  };
}
