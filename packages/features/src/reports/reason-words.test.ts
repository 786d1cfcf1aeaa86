import { cloudWords } from '@zaphub/providers';
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

test('every reason of the Cloud API is told in its words', () => {
  for (const code of Object.keys(cloudWords)) {
    expect(reasonWords('pt-BR', code)).not.toBe(`Não enviada (${code})`);
    expect(reasonWords('en', code)).not.toMatch(/\. \(/);
  }
  expect(reasonWords('en', 'token_invalid')).toBe(
    'The access token has expired or was revoked. Give a new one; the messages were kept (token_invalid)',
  );
});

test('a code without words keeps its code, and no reason says nothing', () => {
  expect(reasonWords('en', '131049')).toBe('Not sent (131049)');
  expect(reasonWords('pt-BR', null)).toBe('');
});
