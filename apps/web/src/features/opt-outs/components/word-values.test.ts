import { expect, test } from 'vitest';
import { settingsOf, valuesOf, wordsOf } from './word-values.ts';

const empty = { stop: '', start: '', stopReply: ' ', startReply: '' };

test('a field has one keyword a line, each once', () => {
  expect(wordsOf(' Chega \n\nme tira\r\nChega\n')).toEqual(['Chega', 'me tira']);
});

test('an empty confirmation sends nothing', () => {
  expect(settingsOf(empty)).toEqual({
    stop_words: [],
    start_words: [],
    stop_reply: null,
    start_reply: null,
  });
});

test('what is stored is what is shown, and the other way round', () => {
  const settings = {
    stop_words: ['Chega', 'tchau'],
    start_words: [],
    stop_reply: 'Pronto.',
    start_reply: null,
  };
  expect(settingsOf(valuesOf(settings))).toEqual(settings);
});

test('too long a keyword is none', () => {
  expect(settingsOf({ ...empty, stop: 'x'.repeat(61) })).toBeUndefined();
});
