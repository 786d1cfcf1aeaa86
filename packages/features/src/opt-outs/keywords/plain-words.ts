/**
 * What is left of a text when everything that is no letter and no digit is taken away: lower case, no accents, no
 * emoji, one space between words. Spelled-out words (`S.A.I.R`) are put together, and a word that is said several
 * times running is said once.
 */
export function plainWords(text: string): string {
  const words = text
    .normalize('NFKD')
    .replaceAll(/[\p{M}\p{Cf}]/gu, '')
    .replaceAll(/(?<=\p{L})['’](?=\p{L})/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
  const isSpelledOut = words.length > 1 && words.every((word) => word.length === 1);
  if (isSpelledOut) return words.join('');
  return words.filter((word, index) => word !== words[index - 1]).join(' ');
}

/** The same with every letter once where it is repeated (`saiiir`). */
export function withoutRepeats(words: string): string {
  return words.replaceAll(/(\p{L})\1+/gu, '$1');
}
