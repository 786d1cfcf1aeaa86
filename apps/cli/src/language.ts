/** The languages the command line speaks. */
export type Language = 'en' | 'pt-BR';

/** A text in every language. */
export type Text = Readonly<Record<Language, string>>;

/**
 * The language of a person's terminal: Portuguese when the usual variables say so, else English. `ZAPHUB_LANG`
 * goes before them.
 */
export function detectLanguage(env: Readonly<Record<string, string | undefined>>): Language {
  const wanted = env['ZAPHUB_LANG'] ?? env['LC_ALL'] ?? env['LC_MESSAGES'] ?? env['LANG'] ?? '';
  return /^pt/i.test(wanted) ? 'pt-BR' : 'en';
}
