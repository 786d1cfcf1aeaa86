import type { Locale } from '@zaphub/types';

/** The languages of the dashboard; both are complete. */
export const languages = ['pt-BR', 'en'] as const satisfies readonly Locale[];

/** The best of our languages for a list of wishes, most wanted first. */
export function matchLanguage(wishes: readonly string[]): Locale {
  for (const wish of wishes) {
    if (/^pt\b/i.test(wish)) return 'pt-BR';
    if (/^en\b/i.test(wish)) return 'en';
  }
  return 'en';
}
