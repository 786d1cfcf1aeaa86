import { locale, skipReason } from '@zaphub/types';
import { expect, test } from 'vitest';
import { reasonWords } from './reason-words.ts';

test.each(locale.options)('every reason to skip somebody has words of its own in %s', (language) => {
  const other = reasonWords(language, 'something else').replace(' (something else)', '');
  for (const reason of skipReason.options) {
    expect(reasonWords(language, reason)).toMatch(new RegExp(`^.+ \\(${reason}\\)$`));
    expect(reasonWords(language, reason)).not.toContain(other);
  }
});

test('a code without words keeps its code, and no reason says nothing', () => {
  expect(reasonWords('en', '131049')).toBe('Not sent (131049)');
  expect(reasonWords('pt-BR', null)).toBe('');
});
