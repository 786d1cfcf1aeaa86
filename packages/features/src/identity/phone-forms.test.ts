import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { phoneForms } from './phone-forms.ts';

describe('the forms of a number', () => {
  test.each([
    ['+5511987654321', ['+5511987654321', '+551187654321']],
    ['+551187654321', ['+5511987654321', '+551187654321']],
    ['+5585999990000', ['+5585999990000', '+558599990000']],
    ['+558566660000', ['+5585966660000', '+558566660000']],
    ['+525512345678', ['+525512345678', '+5215512345678']],
    ['+5215512345678', ['+525512345678', '+5215512345678']],
  ])('%s has two', (phone, forms) => {
    expect(phoneForms(phone)).toEqual(forms);
  });

  test.each([
    ['+551133334444', 'a landline'],
    ['+5511933334444', 'a mobile that never had eight digits'],
    ['+552087654321', 'an area code that nobody has'],
    ['+5511887654321', 'eleven digits that are no mobile'],
    ['+5491123456789', 'Argentina'],
    ['+351912345678', 'Portugal'],
    ['+14155550123', 'the United States'],
  ])('%s (%s) has one', (phone) => {
    expect(phoneForms(phone)).toEqual([phone]);
  });

  test.each(['', '11987654321', '+0511987654321', '+55 11 98765-4321', 'BR.abc', '+5511987654321\u0000'])(
    '%j is no number',
    (text) => {
      expect(phoneForms(text)).toEqual([]);
    },
  );

  test('are the same whichever of them is asked about', () => {
    const brazilian = fc
      .tuple(
        fc.integer({ min: 11, max: 99 }),
        fc.constantFrom('', '9'),
        fc.integer({ min: 20_000_000, max: 99_999_999 }),
      )
      .map(([area, ninth, subscriber]) => `+55${area}${ninth}${subscriber}`);
    fc.assert(
      fc.property(brazilian, (phone) => {
        const forms = phoneForms(phone);
        expect(forms).toContain(phone);
        for (const form of forms) expect(phoneForms(form)).toEqual(forms);
      }),
    );
  });
});
