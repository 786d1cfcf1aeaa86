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

/** Why a message is taken for a keyword. */
export interface KeywordMatch {
  readonly wish: KeywordWish;
  /** A word of the tenant's, one that everybody knows, or one of those with a slip. */
  readonly match: 'own' | 'exact' | 'near';
  /** The keyword, as `plainWords` leaves it. */
  readonly word: string;
}

export interface KeywordMatcher {
  /** As `match`, and by which word. */
  explain(text: string, options?: { readonly isButton?: boolean }): KeywordMatch | undefined;
  /** What a message asks for, if it is a keyword and nothing else. `isButton`: somebody tapped, nobody typed. */
  match(text: string, options?: { readonly isButton?: boolean }): KeywordWish | undefined;
}

/** The longest message that is looked at; nobody spells a keyword with more. */
const longestText = 80;
/** Keywords with at least so many letters may have one wrong. Shorter ones have real words around them: parar, para. */
const longWord = 8;

const builtIn = {
  stop: new Set(Object.values(stopWords).flat()),
  start: new Set(Object.values(startWords).flat()),
};
const longStops = [...builtIn.stop].filter((word) => word.length >= longWord);
/** Keywords by what is left of them without repeated letters. */
const loose = {
  stop: new Map([...builtIn.stop].map((word) => [withoutRepeats(word), word])),
  start: new Map([...builtIn.start].map((word) => [withoutRepeats(word), word])),
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
  const explain: KeywordMatcher['explain'] = (text, { isButton = false } = {}) => {
    if (text.length > longestText) return undefined;
    const said = plainWords(text);
    if (said === '') return undefined;
    for (const word of new Set([said, withoutPoliteness(said)])) {
      if (owned.stop.has(word)) return { wish: 'stop', match: 'own', word };
      if (owned.start.has(word)) return { wish: 'start', match: 'own', word };
      if (isButton && ambiguousOnButtons.has(word)) continue;
      const known = knownWord(word, isButton);
      if (known !== undefined) return known;
    }
    return undefined;
  };
  return { explain, match: (text, options) => explain(text, options)?.wish };
}

function knownWord(said: string, isButton: boolean): KeywordMatch | undefined {
  if (builtIn.stop.has(said)) return { wish: 'stop', match: 'exact', word: said };
  if (builtIn.start.has(said)) return { wish: 'start', match: 'exact', word: said };
  if (isButton || otherWords.has(said)) return undefined;
  const once = withoutRepeats(said);
  const near = (wish: KeywordWish, word: string | undefined): KeywordMatch | undefined =>
    word === undefined ? undefined : { wish, match: 'near', word };
  return (
    near('stop', loose.stop.get(once)) ??
    near('start', loose.start.get(once)) ??
    near(
      'stop',
      longStops.find((word) => word[0] === said[0] && isOneTypo(word, said)),
    )
  );
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
