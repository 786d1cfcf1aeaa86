import { isAscii, isUtf8 } from 'node:buffer';
import { AppError } from '@zaphub/types';
import type { StoredEncoding } from './csv-parser.ts';

export interface ByteCensus {
  add(chunk: Uint8Array): void;
  /**
   * The encoding of all that was added.
   *
   * @throws AppError `file_encoding_unknown` when it is neither UTF-8 nor plausible Windows-1252
   */
  encoding(): StoredEncoding;
}

/** Bytes that no Western text has in Windows-1252 but other code pages use for letters. */
const isLetter = (byte: number): boolean => byte >= 0xc0 && byte !== 0xd7 && byte !== 0xf7;
// € … quotes, dashes, hard space, ¡ ¢ £ § © ª « ® ° ´ · º » ¿ and the letters Š Œ Ž š œ ž Ÿ.
const commonSigns = new Set([
  0x80, 0x85, 0x8a, 0x8c, 0x8e, 0x91, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x99, 0x9a, 0x9c, 0x9e, 0x9f, 0xa0,
  0xa1, 0xa2, 0xa3, 0xa7, 0xa9, 0xaa, 0xab, 0xae, 0xb0, 0xb4, 0xb7, 0xba, 0xbb, 0xbf,
]);

/**
 * Judges the encoding over the whole file, not its beginning: a name with an accent in the last row counts too.
 * Text that is mostly UTF-8 stays UTF-8 (its broken rows are refused one by one); otherwise accents must look
 * like Western text, where they stand alone between plain letters.
 */
export function createByteCensus(): ByteCensus {
  let tail: Uint8Array = new Uint8Array();
  let sequences = 0;
  let broken = 0;
  let high = 0;
  let unlikely = 0;
  let pairs = 0;

  function count(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at] ?? 0;
      if (byte < 0x80) continue;
      high++;
      if (!isLetter(byte) && !commonSigns.has(byte)) unlikely++;
      if (isLetter(byte) && isLetter(bytes[at + 1] ?? 0)) pairs++;
      const length = sequenceLength(byte);
      if (length > 0 && isUtf8(bytes.subarray(at, at + length))) {
        sequences++;
        at += length - 1;
      } else broken++;
    }
  }

  return {
    add(chunk) {
      if (tail.length === 0 && isAscii(chunk)) return;
      const bytes = tail.length === 0 ? chunk : Buffer.concat([tail, chunk]);
      const end = wholeCharacters(bytes);
      tail = bytes.subarray(end);
      const whole = bytes.subarray(0, end);
      if (isUtf8(whole) && broken === 0) sequences++;
      else count(whole);
    },
    encoding() {
      count(tail);
      if (broken === 0 || sequences > broken * 10) return 'utf-8';
      if (unlikely > high * 0.1 || pairs > high * 0.4) {
        throw new AppError(
          'file_encoding_unknown',
          `${broken} bytes are not UTF-8, ${unlikely} unlikely in Windows-1252`,
          {
            publicMessage: {
              en: 'The letters of this file cannot be read for certain. Save it as CSV UTF-8 and upload that.',
              'pt-BR':
                'Não dá para ler com certeza as letras deste arquivo. Salve como CSV UTF-8 e envie esse arquivo.',
            },
          },
        );
      }
      return 'windows-1252';
    },
  };
}

/** How many bytes the UTF-8 character has that begins with this one; 0 when none begins so. */
function sequenceLength(lead: number): number {
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  return lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
}

/** Where a character begins that the end of the chunk may have cut; the chunk's length when there is none. */
function wholeCharacters(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte >= 0x80 && byte < 0xc0) continue;
    return sequenceLength(byte) > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}
