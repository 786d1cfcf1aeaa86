import { isOneTypo } from './is-one-typo.ts';
import { ambiguousOnButtons, otherWords, politeWords, startWords, stopWords } from './keyword-words.ts';
import { plainWords, withoutRepeats } from './plain-words.ts';

/** What somebody asks for. */
export type KeywordWish = 'stop' | 'start';

/** Words of a tenant, beside those that everybody knows; as people wrote them. */
export interface OwnWords {
  readonly stop: readonly string[];
  readonly start: readonly string[];
}

export interface KeywordMatcher {
  /** What a message asks for, if it is a keyword and nothing else. `isButton`: somebody tapped, nobody typed. */
  match(text: string, options?: { readonly isButton?: boolean }): KeywordWish | undefined;
}

/** The longest message that is looked at; nobody spells a keyword with more. */
const longestText = 80;
/** Keywords with at least so many letters may have one wrong. Shorter ones have real words around them: parar, para. */
const longWord = 8;

const builtIn = { stop: new Set(stopWords), start: new Set(startWords) };
const longStops = stopWords.filter((word) => word.length >= longWord);
const loose = {
  stop: new Set(stopWords.map(withoutRepeats)),
  start: new Set(startWords.map(withoutRepeats)),
};
const polite = politeWords.map((word) => ({ before: `${word} `, after: ` ${word}` }));

/**
 * Judges whether a message is one of the keywords, exactly or nearly: case, accents, punctuation, emoji, repeated
 * letters, a polite word beside it, and for long words one wrong letter. The whole message must be the keyword: no
 * keyword is found inside a sentence. Asking for messages again allows no wrong letter.
 */
export function createKeywordMatcher(own: OwnWords = { stop: [], start: [] }): KeywordMatcher {
  const owned = {
    stop: new Set(own.stop.map(plainWords).filter((word) => word !== '')),
    start: new Set(own.start.map(plainWords).filter((word) => word !== '')),
  };
  return {
    match(text, { isButton = false } = {}) {
      if (text.length > longestText) return undefined;
      const said = plainWords(text);
      if (said === '') return undefined;
      for (const words of new Set([said, withoutPoliteness(said)])) {
        if (owned.stop.has(words)) return 'stop';
        if (owned.start.has(words)) return 'start';
        if (isButton && ambiguousOnButtons.has(words)) continue;
        const wish = wishOf(words, isButton);
        if (wish !== undefined) return wish;
      }
      return undefined;
    },
  };
}

function wishOf(words: string, isButton: boolean): KeywordWish | undefined {
  if (builtIn.stop.has(words)) return 'stop';
  if (builtIn.start.has(words)) return 'start';
  if (isButton || otherWords.has(words)) return undefined;
  const once = withoutRepeats(words);
  if (loose.stop.has(once)) return 'stop';
  if (loose.start.has(once)) return 'start';
  const isNear = longStops.some((word) => word[0] === words[0] && isOneTypo(word, words));
  return isNear ? 'stop' : undefined;
}

function withoutPoliteness(words: string): string {
  let left = words;
  for (let isShorter = true; isShorter;) {
    const found = polite.find((word) => left.startsWith(word.before) || left.endsWith(word.after));
    isShorter = found !== undefined;
    if (found === undefined) break;
    left = left.startsWith(found.before)
      ? left.slice(found.before.length)
      : left.slice(0, -found.after.length);
  }
  return left;
}
