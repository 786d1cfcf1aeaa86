import { expect, it } from 'vitest';
import { cloudWords } from '../cloud-api/reason-words.ts';
import { wuzapiReasons } from './classify.ts';
import { wuzapiWords } from './reason-words.ts';

it('every reason of a gateway has words in both languages', () => {
  const words: Readonly<Record<string, { readonly en: string; readonly 'pt-BR': string }>> = {
    ...cloudWords,
    ...wuzapiWords,
  };
  for (const reason of wuzapiReasons) {
    expect([reason, words[reason]?.en, words[reason]?.['pt-BR']]).toEqual([
      reason,
      expect.any(String),
      expect.any(String),
    ]);
  }
});
