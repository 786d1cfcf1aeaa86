/** A piece of a WhatsApp message. `missing` is ours: the place of a variable that has no value. */
export type Piece =
  | { kind: 'text'; text: string }
  | { kind: 'missing'; name: string }
  | { kind: 'code'; text: string; block: boolean }
  | { kind: 'bold' | 'italic' | 'strike'; children: Piece[] };

/** What stands in a rendered text for a variable without a value; the brackets occur in no real message. */
export function missingMark(name: string): string {
  return `\u27E6${name}\u27E7`;
}

const spans = { '*': 'bold', _: 'italic', '~': 'strike' } as const;
const code = /```([\s\S]+?)```|`([^`\n]+)`|\u27E6([^\u27E7]+)\u27E7/;
// A sign formats only around words: not inside one, not next to the space it would enclose, not over a line's end.
const span = /(?<![\p{L}\p{N}])([*_~])(?=\S)([^\n]*?\S)\1(?![\p{L}\p{N}])/u;

/** Reads `*bold*`, `_italic_`, `~strike~`, `` `code` `` and code blocks as WhatsApp does. Nothing is formatted inside code. */
export function parseFormatting(text: string): Piece[] {
  const match = code.exec(text);
  if (match === null) return parseSpans(text);
  return [
    ...parseSpans(text.slice(0, match.index)),
    pieceOf(match),
    ...parseFormatting(text.slice(match.index + match[0].length)),
  ];
}

function pieceOf([, block, inline, missing]: RegExpExecArray): Piece {
  if (missing !== undefined) return { kind: 'missing', name: missing };
  return block === undefined
    ? { kind: 'code', text: inline ?? '', block: false }
    : { kind: 'code', text: block, block: true };
}

function parseSpans(text: string): Piece[] {
  if (text === '') return [];
  const match = span.exec(text);
  if (match === null) return [{ kind: 'text', text }];
  const [whole, sign, inner = ''] = match;
  return [
    ...parseSpans(text.slice(0, match.index)),
    // The pattern matches nothing but these three signs.
    { kind: spans[sign as keyof typeof spans], children: parseSpans(inner) },
    ...parseSpans(text.slice(match.index + whole.length)),
  ];
}
