import { expect, test } from 'vitest';
import { type Piece, missingMark, parseFormatting } from './parse-formatting.ts';

/** `*a*` → `<bold>a</bold>`: short enough to compare by eye. */
function show(pieces: readonly Piece[]): string {
  return pieces
    .map((piece) => {
      if (piece.kind === 'text') return piece.text;
      if ('children' in piece) return `<${piece.kind}>${show(piece.children)}</${piece.kind}>`;
      return 'name' in piece ? `<${piece.kind} ${piece.name}>` : `<code>${piece.text}</code>`;
    })
    .join('');
}

test.each([
  [
    '*bold* and _italic_ and ~gone~',
    '<bold>bold</bold> and <italic>italic</italic> and <strike>gone</strike>',
  ],
  ['_*both*_', '<italic><bold>both</bold></italic>'],
  ['`*raw*` and ```two\nlines```', '<code>*raw*</code> and <code>two\nlines</code>'],
  ['2 * 3 * 4', '2 * 3 * 4'],
  ['* not bold*', '* not bold*'],
  ['file_name_here', 'file_name_here'],
  ['*no\nbreak*', '*no\nbreak*'],
  ['(*inside*)', '(<bold>inside</bold>)'],
  ['*{{ coupon | upcase }}*!', '<bold><variable coupon></bold>!'],
  [`*${missingMark('city')}*`, '<bold><missing city></bold>'],
  ['', ''],
])('%s', (text, shown) => {
  expect(show(parseFormatting(text))).toBe(shown);
});
