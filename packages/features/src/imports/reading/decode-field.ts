import { isUtf8 } from 'node:buffer';

/**
 * Reads the bytes of a field, given as Latin-1 text, as UTF-8. Bytes that are not UTF-8 come out as U+FFFD, so
 * that the caller can refuse the field; nothing is dropped.
 */
export function decodeUtf8(bytes: string): string {
  let text = '';
  let from = 0;
  for (let at = 0; at < bytes.length; at++) {
    const lead = bytes.charCodeAt(at);
    if (lead < 0x80) continue;
    const next = bytes.charCodeAt(at + 1);
    // Two-byte characters are nearly all there are in names; the rest goes the thorough way.
    if (lead < 0xc2 || lead > 0xdf || !(next >= 0x80 && next <= 0xbf)) return decodeThoroughly(bytes);
    text += bytes.slice(from, at) + String.fromCharCode(((lead & 0x1f) << 6) | (next & 0x3f));
    from = at + 2;
    at++;
  }
  return text + bytes.slice(from);
}

/** Reads the bytes of a field, given as Latin-1 text, as Windows-1252; its five unused bytes come out as U+FFFD. */
export function decodeWindows1252(bytes: string): string {
  // oxlint-disable-next-line no-control-regex -- the C1 range is exactly where the two encodings differ
  return bytes.replace(/[\x80-\x9f]/g, (byte) => windows1252Specials.charAt(byte.charCodeAt(0) - 0x80));
}

const windows1252Specials = '€\uFFFD‚ƒ„…†‡ˆ‰Š‹Œ\uFFFDŽ\uFFFD\uFFFD‘’“”•–—˜™š›œ\uFFFDžŸ';

function decodeThoroughly(bytes: string): string {
  const buffer = Buffer.from(bytes, 'latin1');
  const text = buffer.toString('utf8');
  return isUtf8(buffer) ? text : text.includes('\uFFFD') ? text : text + '\uFFFD';
}
