import { describe, expect, it } from 'vitest';
import { cloudWords } from '../cloud-api/reason-words.ts';
import { wuzapiWords } from '../wuzapi/reason-words.ts';
import { outcomeOfNack } from './ack-outcome.ts';
import { baileysWords } from './reason-words.ts';

const words: ReadonlyMap<string, { readonly en: string; readonly 'pt-BR': string }> = new Map(
  Object.entries({ ...cloudWords, ...wuzapiWords, ...baileysWords }),
);
const said = [
  'connection_lost',
  'media_rejected',
  'media_too_big',
  'media_unreachable',
  'message_invalid',
  'recipient_unavailable',
  'session_down',
  'timeout',
  'whatsapp_away',
];

describe('the reasons of Baileys', () => {
  it.each(said)('have words in both languages: %s', (code) => {
    expect(words.get(code)).toEqual({ en: expect.any(String), 'pt-BR': expect.any(String) });
  });

  it('have words for whatever number a server answers', () => {
    for (let number = 400; number < 560; number++) expect(words.has(outcomeOfNack(number).code)).toBe(true);
  });
});
