/** Characters of text sent before it becomes a buffer: small enough for the event loop, large enough for COPY. */
const pieceLength = 65_536;

/** Collects the lines of a COPY in text format. */
export interface CopyText {
  /** Adds one line, its fields already written by `copyField`, without the line end. */
  add(line: string): void;
  /** Everything added, as bytes. */
  pieces(): Buffer[];
}

export function createCopyText(): CopyText {
  const pieces: Buffer[] = [];
  let text = '';
  return {
    add(line) {
      text += line + '\n';
      if (text.length >= pieceLength) {
        pieces.push(Buffer.from(text));
        text = '';
      }
    },
    pieces() {
      if (text !== '') pieces.push(Buffer.from(text));
      text = '';
      return pieces;
    },
  };
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
