/** Reads a number as people type it, with a comma or a point; undefined for what is none. */
export function readDecimal(text: string): number | undefined {
  const trimmed = text.trim();
  return /^\d+([.,]\d*)?$/.test(trimmed) ? Number(trimmed.replace(',', '.')) : undefined;
}

/** A number as it is typed in a language: no thousands apart, at most four decimals. */
export function decimalText(value: number, language: string): string {
  return new Intl.NumberFormat(language, { useGrouping: false, maximumFractionDigits: 4 }).format(value);
}
