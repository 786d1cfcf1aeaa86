import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvLine } from './csv-line.ts';

test.each([
  ['Ana', 'Ana'],
  ['Silva, Ana', '"Silva, Ana"'],
  ['the "boss"', '"the ""boss"""'],
  ['two\nlines', '"two\nlines"'],
  ['+5511987654321', '+5511987654321'],
  ['+1+1', "'+1+1"],
  ['+55119876543210000', "'+55119876543210000"],
  ['=1+1', "'=1+1"],
  ["=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"],
  ['-2', "'-2"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['  =1', "  '=1"],
  ['\t=1', `"'\t'=1"`],
  ['\r=1', `"'\r'=1"`],
  ['＝1+1', "'＝1+1"],
  ['＋1', "'＋1"],
  ['－1', "'－1"],
  ['＠A1', "'＠A1"],
  ['x;=1+1', `"x;'=1+1"`],
  ['x\n=1+1', `"x\n'=1+1"`],
  ['a-b', 'a-b'],
])('%j is written as %j', (value, written) => {
  expect(csvLine([value])).toBe(`${written}\r\n`);
});

test('numbers, nothing and several fields', () => {
  expect(csvLine([1, null, -2, ''])).toBe('1,,-2,\r\n');
});

test('no text starts a formula, whichever separator the reader believes in', () => {
  const piece = fc.constantFrom('=', '+', '-', '@', '＝', ';', ',', '\t', '\r', '\n', ' ', '"', 'a', '1');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 10 }), (pieces) => {
      const [line = ''] = csvLine(['x', pieces.join('')]).match(/(?<=^x,)[^]*(?=\r\n$)/) ?? [];
      const cells = line.split(/[;\t\r\n]/).map((cell) => cell.replace(/^"/, '').trimStart());
      for (const cell of cells) expect(cell).not.toMatch(/^[=+\-@＝＋－＠]/);
    }),
    { numRuns: 3000 },
  );
});
