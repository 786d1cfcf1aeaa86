import type { CacheClass } from './cache-class.ts';

/** Where one value of a class is kept. Two different lists of parts never give the same text. */
export interface CacheKey<T> {
  readonly cacheClass: CacheClass<T>;
  readonly text: string;
}

/**
 * What would make two keys read alike, or mean something to Redis: the separator, the escape itself, braces (hash
 * tags), control characters, and halves of surrogate pairs, which all become the same bytes in UTF-8.
 */
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const special = /[%:{}\u0000-\u001f\u007f]|\p{Surrogate}/gu;

/** What every key of a class begins with. */
export function keyStart(className: string, scope: 'tenant' | 'global'): string {
  return scope === 'tenant' ? `${className}:t` : `${className}:g`;
}

/** Joins parts so that the list can be told from the text: `a:b` and `a`, `b` stay different. */
export function joinKeyParts(start: string, parts: readonly string[]): string {
  let text = start;
  for (const part of parts) text += suspicious.test(part) ? `:${escapePart(part)}` : `:${part}`;
  return text;
}

/** Any surrogate, paired or not: quick to look for, and most parts have none. */
// oxlint-disable-next-line no-control-regex -- as above
const suspicious = /[%:{}\u0000-\u001f\u007f\ud800-\udfff]/;

function escapePart(part: string): string {
  return part.replace(special, (found) => `%${(found.codePointAt(0) ?? 0).toString(16)}%`);
}
