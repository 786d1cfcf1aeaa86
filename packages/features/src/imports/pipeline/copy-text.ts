import type { PiecePool } from './piece-pool.ts';

/** Characters that are collected before they are written: few enough for the event loop, many enough to pay. */
const partLength = 16_384;
const maxBytesPerUnit = 3;

/** Collects the lines of a COPY in text format. */
export interface CopyText {
  /** Adds one line, its fields already written by `copyField`, with the line end. */
  add(line: string): void;
  /** Everything added, as bytes in buffers of the pool. */
  pieces(): Buffer[];
}

export function createCopyText(pool: PiecePool): CopyText {
  const full: Buffer[] = [];
  let piece: Buffer | undefined;
  let filled = 0;
  let text = '';

  function flush(): void {
    for (let from = 0; from < text.length;) {
      const to = endOfPart(text, from);
      if (piece === undefined || piece.length - filled < (to - from) * maxBytesPerUnit) {
        closePiece();
        piece = pool.take();
      }
      filled += piece.write(text.slice(from, to), filled, 'utf8');
      from = to;
    }
    text = '';
  }

  function closePiece(): void {
    if (piece !== undefined) full.push(piece.subarray(0, filled));
    piece = undefined;
    filled = 0;
  }

  return {
    add(line) {
      text += line;
      if (text.length >= partLength) flush();
    },
    pieces() {
      flush();
      closePiece();
      return full;
    },
  };
}

/** A line may be longer than a part; a character of two units is not cut. */
function endOfPart(text: string, from: number): number {
  const end = from + partLength;
  if (end >= text.length) return text.length;
  const last = text.charCodeAt(end - 1);
  return last >= 0xd800 && last <= 0xdbff ? end - 1 : end;
}

/** One field of a COPY line; null is `\N`. */
export function copyField(value: string | null): string {
  if (value === null) return String.raw`\N`;
  return needsEscape.test(value) ? value.replaceAll(escaped, escapeCharacter) : value;
}

/** A text as JSON inside a field: its line ends and tabs are escapes already, only the backslashes are doubled. */
export function copyJsonString(value: string): string {
  const json = JSON.stringify(value);
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
