/** Makes Excel read the file as UTF-8. */
export const byteOrderMark = '\uFEFF';

/** One line of a CSV file (RFC 4180), its line end included. Texts come from people: none can act as a formula. */
export function csvLine(values: readonly (string | number | null)[]): string {
  return values.map(csvField).join(',') + '\r\n';
}

function csvField(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const safe = withoutFormulas(value);
  return /[",;\t\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A number as `contacts.phone` allows it: digits cannot be a formula, so its plus sign stays the first character. */
const phone = /^\+[1-9][0-9]{6,14}$/;
// Full-width signs count too. After a separator as well: a spreadsheet that splits at another separator than ours
// takes what follows it for a cell of its own, quotes or not.
const formulaStart = /(^|[;\t\r\n])([^\S\t\r\n]*)([=+\-@\uFF1D\uFF0B\uFF0D\uFF20])/g;

/** Puts an apostrophe, which spreadsheets take as "this is text", before everything that could start a formula. */
function withoutFormulas(text: string): string {
  if (phone.test(text)) return text;
  const safe = text.replaceAll(formulaStart, "$1$2'$3");
  return /^[\t\r\n]/.test(safe) ? `'${safe}` : safe;
}
