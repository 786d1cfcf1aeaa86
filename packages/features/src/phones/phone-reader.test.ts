import fc from 'fast-check';
import { getCountryCallingCode } from 'libphonenumber-js/max';
import examples from 'libphonenumber-js/examples.mobile.json';
import { describe, expect, test } from 'vitest';
import { createFastPhoneReader } from './fast-phone.ts';
import { createPhoneReader } from './phone-reader.ts';

const read = createPhoneReader('BR');
const ok = (phone: string) => ({ ok: true, phone });
const refused = (code: string) => ({ ok: false, code });

describe('a phone cell', () => {
  test.each([
    ['+5511987654321', 'E.164'],
    ['11987654321', 'national'],
    ['(11) 98765-4321', 'national with separators'],
    ['011 98765-4321', 'with the trunk prefix'],
    ['0 15 11 98765 4321', 'with a carrier code'],
    ['5511987654321', 'calling code without plus'],
    ['00 55 11 98765-4321', 'international prefix'],
    ["'+5511987654321", 'behind a text marker'],
    ['  +55 11 98765-4321  ', 'surrounded by space'],
    ['\u202A+55 11\u00A098765\u20104321\u202C', 'bidi marks, hard space, typographic dash'],
    ['+55\u200B11987654321', 'zero-width space'],
    ['＋５５１１９８７６５４３２１', 'full-width digits'],
    ['١١٩٨٧٦٥٤٣٢١', 'Arabic digits'],
    ['𝟏𝟏𝟗𝟖𝟕𝟔𝟓𝟒𝟑𝟐𝟏', 'mathematical digits'],
    ['+55 11 8765-4321', 'without the ninth digit'],
    ['1187654321', 'national without the ninth digit'],
  ])('%j (%s) is the one number', (cell) => {
    expect(read(cell)).toEqual(ok('+5511987654321'));
  });

  test.each([
    ['', 'phone_missing'],
    ['   ', 'phone_missing'],
    ['\u200B', 'phone_missing'],
    ['=+5511987654321', 'phone_invalid'],
    ['=HYPERLINK("x")', 'phone_invalid'],
    ['tel:+5511987654321', 'phone_invalid'],
    ['+5511987654321;phone-context=+1', 'phone_invalid'],
    ['+5511987654321 ext. 5', 'phone_invalid'],
    ['11987654321\u0000', 'phone_invalid'],
    ['1-800-FLOWERS', 'phone_invalid'],
    ['11 98765-4321 / 11 91234-5678', 'phone_invalid'],
    ['11987654321\n11912345678', 'phone_invalid'],
    ['11 98765-4321 11 91234-5678', 'phone_invalid'],
    ['98765-4321', 'phone_invalid'],
    ['190', 'phone_invalid'],
    ['+1', 'phone_invalid'],
    ['++5511987654321', 'phone_invalid'],
    ['+551198765432109', 'phone_invalid'],
    ['9'.repeat(10_000), 'phone_invalid'],
    ['5.5E+12', 'phone_scientific'],
    ['5,51198E+12', 'phone_scientific'],
    ['5.51198e12', 'phone_scientific'],
    ['1187654321.0', 'phone_scientific'],
    ['447911123456', 'phone_ambiguous'],
    ['+551133334444', 'phone_not_mobile'],
    ['0800 123 4567', 'phone_not_mobile'],
    ['00 15 55 11 987654321', 'phone_invalid'],
  ])('%j is refused as %s', (cell, code) => {
    expect(read(cell)).toEqual(refused(code));
  });

  test('follows the default country and never another', () => {
    expect(createPhoneReader('US')('202-555-0123')).toEqual(ok('+12025550123'));
    expect(createPhoneReader('US')('11987654321')).toEqual(refused('phone_invalid'));
    expect(createPhoneReader('IT')('347 123 4567')).toEqual(ok('+393471234567'));
    expect(createPhoneReader('AR')('+54 9 11 2345-6789')).toEqual(ok('+5491123456789'));
    expect(createPhoneReader('CI')('01 02 03 04 05')).toEqual(ok('+2250102030405'));
    expect(createPhoneReader('MX')('+52 1 55 1234 5678')).toEqual(ok('+525512345678'));
    expect(createPhoneReader('MX')('55 1234 5678')).toEqual(ok('+525512345678'));
  });

  test('an unknown country is a mistake of the caller', () => {
    expect(() => createPhoneReader('XX')).toThrow(RangeError);
  });
});

// prettier-ignore
const countries = [
  'BR', 'PT', 'US', 'CA', 'MX', 'AR', 'CL', 'CO', 'PE', 'UY', 'PY', 'BO', 'EC', 'ES', 'FR', 'DE', 'IT', 'GB', 'IE',
  'NL', 'IN', 'JP', 'CN', 'AU', 'NZ', 'ZA', 'NG', 'KE', 'AO', 'MZ', 'CI', 'RU', 'KZ', 'TR', 'AE', 'IL', 'ID', 'SG',
] as const;

describe('the short way', () => {
  const readers = new Map(
    countries.map((country) => [
      country,
      { fast: createPhoneReader(country), slow: createPhoneReader(country, { fastPath: false }) },
    ]),
  );

  /** A country's example with some of its digits replaced, in one of the ways people write it. */
  const cell = fc
    .record({
      country: fc.constantFrom(...countries),
      keep: fc.integer({ min: 0, max: 5 }),
      digits: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 12, maxLength: 12 }),
      longer: fc.integer({ min: -1, max: 1 }),
      prefix: fc.constantFrom('+CC', 'CC', '', '0', '00CC', '+CC0', '011CC', '1', '9', '8'),
    })
    .map(({ country, keep, digits, longer, prefix }) => {
      const example: string = examples[country];
      const national = example.slice(0, keep) + digits.join('').slice(0, example.length - keep + longer);
      return prefix.replace('CC', getCountryCallingCode(country)) + national;
    });

  test('answers as the library does, whatever the default country', () => {
    fc.assert(
      fc.property(fc.constantFrom(...countries), cell, (country, text) => {
        const reader = readers.get(country);
        expect(reader?.fast(text)).toEqual(reader?.slow(text));
      }),
      { numRuns: 20_000 },
    );
  });

  test('covers the mobiles of most countries', () => {
    const read = createFastPhoneReader('BR');
    const covered = countries.filter((country) => {
      const example = '+' + getCountryCallingCode(country) + examples[country];
      return read(example) === example;
    });
    expect(covered.length).toBeGreaterThanOrEqual(28);
    expect(covered).toContain('BR');
  });
});
