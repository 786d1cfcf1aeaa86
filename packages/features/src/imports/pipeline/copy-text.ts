import { maxPieceLength } from './piece-pool.ts';
import type { PiecePool } from './piece-pool.ts';

/** Collects the lines of a COPY in text format. */
export interface CopyText {
  /** Adds one line, its fields already written by `copyField`, with the line end. */
  add(line: string): void;
  /** Everything added, as bytes that belong to the pool. */
  pieces(): Buffer[];
}

export function createCopyText(pool: PiecePool): CopyText {
  const pieces: Buffer[] = [];
  let text = '';
  const flush = (): void => {
    for (let from = 0; from < text.length;) {
      const to = endOfPiece(text, from);
      pieces.push(pool.write(text.slice(from, to)));
      from = to;
    }
    text = '';
  };
  return {
    add(line) {
      if (text.length + line.length > maxPieceLength) flush();
      text += line;
    },
    pieces() {
      flush();
      return pieces;
    },
  };
}

/** A line may be longer than a piece; a character of two units is not cut. */
function endOfPiece(text: string, from: number): number {
  const end = from + maxPieceLength;
  if (end >= text.length) return text.length;
  const last = text.charCodeAt(end - 1);
  return last >= 0xd800 && last <= 0xdbff ? end - 1 : end;
}

/** One field of a COPY line; null is `\N`. */
export function copyField(value: string | null): string {
  if (value === null) return String.raw`\N`;
  return needsEscape.test(value) ? value.replaceAll(escaped, escapeCharacter) : value;
}

/** JSON text as a field: its own line ends and tabs are escapes already, only the backslashes are doubled. */
export function copyJson(json: string): string {
  return json.includes('\\') ? json.replaceAll('\\', '\\\\') : json;
}

const needsEscape = /[\\\n\r\t]/;
const escaped = /[\\\n\r\t]/g;

function escapeCharacter(character: string): string {
  switch (character) {
    case '\n':
      return String.raw`\n`;
    case '\r':
      return String.raw`\r`;
    case '\t':
      return String.raw`\t`;
    default:
      return '\\\\';
  }
}
