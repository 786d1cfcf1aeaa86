import type { RowErrorCode } from '@zaphub/types';

export type CleanedPhone = { ok: true; text: string } | { ok: false; code: RowErrorCode };

/** Left of a spreadsheet's text marker: our own error report puts it there too. */
const textMarker = "'";

// Characters without a shape of their own: soft hyphen, zero-width, bidi controls, BOM.
const invisible = /[\u00AD\u061C\u180E\u200B-\u200F\u202A-\u202E\u2060-\u206F\uFEFF]/g;
const dashes = /[\u2010-\u2015\u2212\uFE63\uFF0D]/g;
const spaces = /[\u00A0\u1680\u2000-\u200A\u202F\u205F\u3000]/g;
const otherDigits = /(?![0-9])\p{Nd}/gu;

const anyDigit = /\p{Nd}/u;

const plainCharacters = /^\+?[0-9 ().-]+$/;
const scientific = /^[+-]?[0-9]+(?:[.,][0-9]+)?[eE][+-]?[0-9]+$/;
const decimal = /^[+-]?[0-9]{7,}[.,][0-9]{1,2}$/;

/**
 * The one rule for the characters of a phone cell, applied before any parser sees it:
 * 1. surrounding space and one leading spreadsheet text marker (`'`) are dropped;
 * 2. characters that cannot be seen are dropped, other dashes and spaces become plain ones, digits of any script
 *    and the full-width plus become ASCII;
 * 3. `5.5E+12` and `5511987654321.0` are numbers a spreadsheet has damaged: `phone_scientific`;
 * 4. a leading `00` becomes `+`;
 * 5. only digits, one leading plus, spaces, dots, dashes and brackets may be left: otherwise `phone_invalid`
 *    (formulas, `tel:`, extensions, vanity letters, two numbers in a cell, control characters).
 */
export function cleanPhoneText(cell: string): CleanedPhone {
  let text = cell.trim();
  if (text === '') return { ok: false, code: 'phone_missing' };
  if (text.length > 64) return { ok: false, code: 'phone_invalid' };
  if (text.startsWith(textMarker)) text = text.slice(1);
  if (!plainCharacters.test(text)) {
    text = text
      .replace(invisible, '')
      .replace(dashes, '-')
      .replace(spaces, ' ')
      .replace(otherDigits, toAsciiDigit)
      .replace('\uFF0B', '+')
      .replace('\uFF08', '(')
      .replace('\uFF09', ')')
      .trim();
    if (text === '') return { ok: false, code: 'phone_missing' };
    if (scientific.test(text)) return { ok: false, code: 'phone_scientific' };
  }
  if (decimal.test(text)) return { ok: false, code: 'phone_scientific' };
  if (text.startsWith('00')) text = '+' + text.slice(2);
  if (!plainCharacters.test(text)) return { ok: false, code: 'phone_invalid' };
  return { ok: true, text };
}

/** Unicode keeps the ten digits of a script together in order, so the distance to where they begin is the value. */
function toAsciiDigit(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  let first = code;
  while (anyDigit.test(String.fromCodePoint(first - 1))) first--;
  return String((code - first) % 10);
}
