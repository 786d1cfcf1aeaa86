/** A piece of a WhatsApp message. Ours: `missing`, a variable without a value, and `variable`, one not yet filled in. */
export type Piece =
  | { kind: 'text'; text: string }
  | { kind: 'missing' | 'variable'; name: string }
  | { kind: 'code'; text: string; block: boolean }
  | { kind: 'bold' | 'italic' | 'strike'; children: Piece[] };

/** What stands in a rendered text for a variable without a value; the brackets occur in no real message. */
export function missingMark(name: string): string {
  return `\u27E6${name}\u27E7`;
}

const code = /```([\s\S]+?)```|`([^`\n]+)`/;
// A sign formats only around words: not inside one, not next to the space it would enclose, not over a line's end.
const span = /(?<![\p{L}\p{N}])([*_~])(?=\S)([^\n]*?\S)\1(?![\p{L}\p{N}])/u;
const spans = { '*': 'bold', _: 'italic', '~': 'strike' } as const;
const mark = /\u27E6([^\u27E7]+)\u27E7|\{\{-?\s*([\p{L}\p{N}_.-]+)[^}]*\}\}/u;

/** Reads `*bold*`, `_italic_`, `~strike~`, `` `code` `` and code blocks as WhatsApp does. Nothing is formatted inside code. */
export function parseFormatting(text: string): Piece[] {
  return split(text, code, parseSpans, ([, block, inline]) =>
    block === undefined
      ? { kind: 'code', text: inline ?? '', block: false }
      : { kind: 'code', text: block, block: true },
  );
}

function parseSpans(text: string): Piece[] {
  return split(text, span, parseMarks, ([, sign, inner = '']) => ({
    // The pattern matches nothing but these three signs.
    kind: spans[sign as keyof typeof spans],
    children: parseSpans(inner),
  }));
}

function parseMarks(text: string): Piece[] {
  return split(
    text,
    mark,
    (rest) => [{ kind: 'text', text: rest }],
    ([, missing, variable = '']) =>
      missing === undefined ? { kind: 'variable', name: variable } : { kind: 'missing', name: missing },
  );
}

/** Cuts a text at each match of `pattern`; what lies between goes to `between`. */
function split(
  text: string,
  pattern: RegExp,
  between: (text: string) => Piece[],
  pieceOf: (match: RegExpExecArray) => Piece,
): Piece[] {
  const pieces: Piece[] = [];
  let rest = text;
  for (let match = pattern.exec(rest); match !== null; match = pattern.exec(rest)) {
    if (match.index > 0) pieces.push(...between(rest.slice(0, match.index)));
    pieces.push(pieceOf(match));
    rest = rest.slice(match.index + match[0].length);
  }
  return rest === '' ? pieces : [...pieces, ...between(rest)];
}
