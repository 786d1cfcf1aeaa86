import { isUtf8 } from 'node:buffer';

/** A slice of a file as text. */
export interface SliceText {
  text: string;
  /**
   * The text is what the UTF-8 says, and shorter than its bytes by `extraBytes`. Otherwise a byte is one character,
   * and UTF-8 has to be read field by field (`decodeUtf8`).
   */
  isDecoded: boolean;
  /** Whether there is a U+FFFD somewhere, or will be once its fields are decoded. */
  hasDamage: boolean;
}

/** Reads a slice that is UTF-8, or should be. A character that goes on in the next slice is left out. */
export function readUtf8(bytes: Uint8Array, isLast: boolean): SliceText {
  const whole = isLast ? bytes : bytes.subarray(0, endOfLastAscii(bytes));
  if (!isUtf8(whole)) return { text: asBuffer(bytes).toString('latin1'), isDecoded: false, hasDamage: true };
  const text = asBuffer(whole).toString('utf8');
  return { text, isDecoded: true, hasDamage: text.includes('\uFFFD') };
}

/** Reads a slice as Windows-1252; its five unused bytes come out as U+FFFD. */
export function readWindows1252(bytes: Uint8Array): SliceText {
  const text = asBuffer(bytes)
    .toString('latin1')
    // oxlint-disable-next-line no-control-regex -- the C1 range is exactly where the two encodings differ
    .replace(/[\x80-\x9f]/g, (byte) => windows1252Specials.charAt(byte.charCodeAt(0) - 0x80));
  return { text, isDecoded: false, hasDamage: text.includes('\uFFFD') };
}

/** How many bytes of UTF-8 this one adds to the characters it is part of, beyond one a character. */
export function extraBytes(code: number): number {
  // Of four bytes, three follow the first, and JavaScript counts two characters.
  return code < 0xc0 ? 1 : code >= 0xf0 ? -1 : 0;
}

/**
 * Reads the bytes of a field, given as Latin-1 text, as UTF-8. Bytes that are not UTF-8 come out as U+FFFD, so
 * that the caller can refuse the field; nothing is dropped.
 */
export function decodeUtf8(bytes: string): string {
  const buffer = Buffer.from(bytes, 'latin1');
  const text = buffer.toString('utf8');
  return isUtf8(buffer) || text.includes('\uFFFD') ? text : text + '\uFFFD';
}

const windows1252Specials = '€\uFFFD‚ƒ„…†‡ˆ‰Š‹Œ\uFFFDŽ\uFFFD\uFFFD‘’“”•–—˜™š›œ\uFFFDžŸ';

function endOfLastAscii(bytes: Uint8Array): number {
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] ?? 0) > 127) end--;
  return end;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
