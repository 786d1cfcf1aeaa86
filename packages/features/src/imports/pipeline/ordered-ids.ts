import { randomFillSync } from 'node:crypto';

/** Answers a new id, greater than every one before it. */
export type NextId = () => string;

const perBlock = 512;
const randomBytes = 8;
const perMillisecond = 4096;
const counts = Array.from({ length: perMillisecond }, (_, count) => count.toString(16).padStart(3, '0'));
const variants = ['8', '9', 'a', 'b'];

/**
 * Makes UUIDs of version 7 (RFC 9562, section 6.2, method 1): time, a counter of 12 bits, and 62 random bits each.
 * The database would ask the system for randomness once a row, which costs it more than storing the row's name.
 * A millisecond whose numbers are used up is followed by the next, so a quick source may be ahead of the clock.
 * @param now the time in milliseconds
 */
export function createOrderedIds(now: () => number = Date.now): NextId {
  const block = Buffer.alloc(perBlock * randomBytes);
  let random = '';
  let at = 0;
  let millisecond = 0;
  let count = perMillisecond;
  let prefix = '';

  function begin(next: number): void {
    millisecond = next;
    count = 0;
    const time = millisecond.toString(16).padStart(12, '0');
    prefix = `${time.slice(0, 8)}-${time.slice(8)}-7`;
  }

  return () => {
    if (at >= random.length) {
      random = randomFillSync(block).toString('hex');
      at = 0;
      if (now() > millisecond) begin(now());
    }
    if (count === perMillisecond) begin(millisecond + 1);
    const variant = variants[random.charCodeAt(at) & 3] ?? '8';
    const id = `${prefix}${counts[count++]}-${variant}${random.slice(at + 1, at + 4)}-${random.slice(at + 4, at + 16)}`;
    at += 2 * randomBytes;
    return id;
  };
}
