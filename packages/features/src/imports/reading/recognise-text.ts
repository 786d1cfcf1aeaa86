import { AppError } from '@zaphub/types';
import type { LocalText } from '@zaphub/types';

/** How the bytes of an upload become text; `bytes` is decided between UTF-8 and Windows-1252 once all are seen. */
export interface RecognisedText {
  form: 'bytes' | 'utf-8' | 'utf-16le' | 'utf-16be';
  /** Bytes of the byte order mark. */
  markBytes: number;
}

// What people upload instead of a CSV, by its first bytes.
const otherFormats: readonly [name: LocalText, magic: string][] = [
  [{ en: 'a PNG image', 'pt-BR': 'uma imagem PNG' }, '\x89PNG'],
  [{ en: 'a JPEG image', 'pt-BR': 'uma imagem JPEG' }, '\xFF\xD8\xFF'],
  [{ en: 'a GIF image', 'pt-BR': 'uma imagem GIF' }, 'GIF8'],
  [{ en: 'a PDF', 'pt-BR': 'um PDF' }, '%PDF-'],
  [{ en: 'an Excel or ZIP file', 'pt-BR': 'um arquivo do Excel ou ZIP' }, 'PK\x03\x04'],
  [{ en: 'an empty ZIP file', 'pt-BR': 'um arquivo ZIP vazio' }, 'PK\x05\x06'],
  [{ en: 'an old Excel file', 'pt-BR': 'um arquivo antigo do Excel' }, '\xD0\xCF\x11\xE0'],
  [{ en: 'a compressed file', 'pt-BR': 'um arquivo compactado' }, '\x1F\x8B'],
  [{ en: 'a compressed file', 'pt-BR': 'um arquivo compactado' }, 'Rar!'],
  [{ en: 'a compressed file', 'pt-BR': 'um arquivo compactado' }, '7z\xBC\xAF'],
  [{ en: 'a web page', 'pt-BR': 'uma página da web' }, '<!DOCTYPE html'],
  [{ en: 'a web page', 'pt-BR': 'uma página da web' }, '<html'],
];

const fullOfControls: LocalText = {
  en: 'something full of control characters',
  'pt-BR': 'algo cheio de caracteres de controle',
};

/**
 * Looks at the beginning of an upload: its byte order mark, or the pattern of zero bytes that UTF-16 leaves.
 *
 * @throws AppError `file_empty`, `file_not_text`
 */
export function recogniseText(head: Buffer): RecognisedText {
  if (head.length === 0) throw new AppError('file_empty', 'the file has no bytes');
  if (startsWith(head, [0xef, 0xbb, 0xbf])) return { form: 'utf-8', markBytes: 3 };
  if (startsWith(head, [0xff, 0xfe])) return { form: 'utf-16le', markBytes: 2 };
  if (startsWith(head, [0xfe, 0xff])) return { form: 'utf-16be', markBytes: 2 };
  const start = head.toString('latin1', 0, 64).trimStart();
  const other = otherFormats.find(([, magic]) => start.toLowerCase().startsWith(magic.toLowerCase()));
  if (other !== undefined) throw notText(other[0]);

  const sample = head.subarray(0, 65_536);
  const zeros = [0, 0];
  let controls = 0;
  for (const [at, byte] of sample.entries()) {
    if (byte === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
    else if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13) controls++;
  }
  const [even = 0, odd = 0] = zeros.map((count) => count / Math.max(1, sample.length / 2));
  if (odd > 0.4 && even < 0.05) return { form: 'utf-16le', markBytes: 0 };
  if (even > 0.4 && odd < 0.05) return { form: 'utf-16be', markBytes: 0 };
  // A stray NUL is an error of its row; many control characters are no text at all.
  if (even + odd > 0.1 || controls > sample.length * 0.02) throw notText(fullOfControls);
  return { form: 'bytes', markBytes: 0 };
}

function startsWith(bytes: Uint8Array, mark: readonly number[]): boolean {
  return mark.every((byte, at) => bytes[at] === byte);
}

/** @param what that which it is instead */
function notText(what: LocalText): AppError {
  return new AppError('file_not_text', `not a CSV file but ${what.en}`, {
    publicMessage: {
      en: `This is not a CSV file but ${what.en}. Save the table as CSV (UTF-8) and upload that.`,
      'pt-BR': `Isto não é um arquivo CSV, e sim ${what['pt-BR']}. Salve a tabela como CSV (UTF-8) e envie esse arquivo.`,
    },
  });
}
