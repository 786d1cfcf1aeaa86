/** @typedef {{ en: string, 'pt-BR': string }} Text */

/**
 * A text in the language of the terminal: Portuguese when the usual variables say so, else English.
 *
 * @param {Text} text
 */
export function say(text, env = process.env) {
  const wanted = env.ZAPHUB_LANG ?? env.LC_ALL ?? env.LC_MESSAGES ?? env.LANG ?? '';
  return text[/^pt/i.test(wanted) ? 'pt-BR' : 'en'];
}

/**
 * Writes one line of progress. Standard output belongs to the command, so it goes to standard error.
 *
 * @param {Text} text
 */
export function tell(text) {
  process.stderr.write(`${say(text)}\n`);
}
