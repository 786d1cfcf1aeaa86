/** A LIKE pattern that finds this text anywhere, taking `%`, `_` and the backslash as themselves. */
export function likePattern(text: string): string {
  return `%${text.replaceAll(/[\\%_]/g, (special) => `\\${special}`)}%`;
}
