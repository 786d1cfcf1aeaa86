/** Text as the database takes it: without NUL, and without halves of characters. */
export function storableText(text: string): string {
  return text.replaceAll('\u0000', '').toWellFormed();
}
