import type { CountryCode } from 'libphonenumber-js/max';

/**
 * Numbers that were right once and have one certain modern form. Applied only to what the library refuses, and
 * its answer is judged by the library again, so that one person keeps one number:
 * - Brazil: a mobile without its ninth digit (`+55 11 8765-4321`) gets it;
 * - Mexico: the `1` once dialled before mobiles (`+52 1 55…`) goes.
 *
 * Answers `undefined` when no rule fits. `text` is digits with at most a leading plus.
 */
export function applyCountryRule(text: string, defaultCountry: CountryCode): string | undefined {
  const brazil = /^(\+55|55|0)?([1-9][1-9])([6-9][0-9]{7})$/.exec(text);
  if (brazil !== null && (brazil[1] === '+55' || defaultCountry === 'BR')) {
    return `+55${brazil[2]}9${brazil[3]}`;
  }
  const mexico = /^(?:\+521|521|1|044|045)([2-9][0-9]{9})$/.exec(text);
  if (mexico !== null && (text.startsWith('+') || defaultCountry === 'MX')) return `+52${mexico[1]}`;
  return undefined;
}
