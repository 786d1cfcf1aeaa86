/**
 * Is there a text in parsed JSON, as a value or a key, that holds half a character (a lone surrogate)? No encoding
 * can carry it, and Postgres refuses it inside JSON. The depth is bounded by whoever parsed.
 */
export function hasHalfCharacter(value: unknown): boolean {
  if (typeof value === 'string') return !value.isWellFormed();
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, inside]) => !key.isWellFormed() || hasHalfCharacter(inside));
}
