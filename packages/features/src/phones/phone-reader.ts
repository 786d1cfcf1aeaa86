import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import type { CountryCode } from 'libphonenumber-js/max';
import type { RowErrorCode } from '@zaphub/types';
import { cleanPhoneText } from './clean-phone-text.ts';
import { applyCountryRule } from './country-rules.ts';
import { createFastPhoneReader } from './fast-phone.ts';

/** A number in E.164 (`+` and 7 to 15 digits) that can be a mobile, or why the cell holds none. */
export type PhoneResult = { ok: true; phone: string } | { ok: false; code: RowErrorCode };

export type PhoneReader = (cell: string) => PhoneResult;

export interface PhoneReaderOptions {
  /** Off only to compare the two ways; the answer must be the same. Default on. */
  fastPath?: boolean;
}

const e164 = /^\+[1-9][0-9]{6,14}$/;

/**
 * Reads phone cells of one file. A number without a plus is a number of the default country, with or without its
 * calling code; one that is not, but would be valid abroad, is `phone_ambiguous`: it is never taken for another
 * country's. Fixed lines, premium, toll-free and other services are `phone_not_mobile`.
 *
 * @throws RangeError for a country that the numbering plan does not know.
 */
export function createPhoneReader(defaultCountry: string, options: PhoneReaderOptions = {}): PhoneReader {
  if (!isSupportedCountry(defaultCountry)) throw new RangeError(`unknown country ${defaultCountry}`);
  const country: CountryCode = defaultCountry;
  const readFast = options.fastPath === false ? undefined : createFastPhoneReader(country);

  return function readPhone(cell) {
    if (readFast !== undefined && e164.test(cell)) {
      const fast = readFast(cell);
      if (fast !== undefined) return { ok: true, phone: fast };
    }
    const cleaned = cleanPhoneText(cell);
    if (!cleaned.ok) return cleaned;
    const text = cleaned.text.replace(separators, '');
    const fast = readFast?.(text);
    if (fast !== undefined) return { ok: true, phone: fast };
    return readThoroughly(text, country);
  };
}

const separators = /[ ().-]/g;

function readThoroughly(text: string, country: CountryCode): PhoneResult {
  const result = judge(text, country);
  if (result.ok || result.code !== 'phone_invalid') return result;
  const rewritten = applyCountryRule(text, country);
  if (rewritten !== undefined) {
    const second = judge(rewritten, country);
    if (second.ok) return second;
  }
  if (!text.startsWith('+') && judge('+' + text, country).ok) return { ok: false, code: 'phone_ambiguous' };
  return result;
}

function judge(text: string, defaultCountry: CountryCode): PhoneResult {
  const number = parsePhoneNumberFromString(text, { defaultCountry, extract: false });
  if (number?.isValid() !== true || !e164.test(number.number)) return { ok: false, code: 'phone_invalid' };
  const type = number.getType();
  if (type !== 'MOBILE' && type !== 'FIXED_LINE_OR_MOBILE') return { ok: false, code: 'phone_not_mobile' };
  return { ok: true, phone: number.number };
}
