import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createKeywordMatcher } from './keyword-matcher.ts';
import { otherWords, startWords as startsByLanguage, stopWords as stopsByLanguage } from './keyword-words.ts';
import { plainWords } from './plain-words.ts';

const stopWords = Object.values(stopsByLanguage).flat();
const startWords = Object.values(startsByLanguage).flat();
const matcher = createKeywordMatcher();
const wish = (text: string): string | undefined => matcher.match(text);

describe('a message that is a keyword', () => {
  test.each([
    'STOP',
    'stop.',
    'Stop!!!',
    'ＳＴＯＰ',
    'S.T.O.P',
    'sair',
    'SAIR 🙏🏽',
    '"Sair"',
    'saiiir',
    'sair sair sair',
    'Sair, por favor',
    'por favor parar obrigada',
    'PARAR',
    'parrar',
    'Pare!',
    'cancelar',
    'canclear',
    'Cancellar',
    'cancelr',
    'Descadastrar',
    'descadatrar',
    'unsubscribe',
    'unsuscribe',
    'Unsubcribe please',
    'opt-out',
    'Opt out',
    'baja',
    'Darme de baja, gracias',
    'não quero receber mais',
    'Nao quero mais receber mensagens.',
    "Don't contact me",
    'Parar promoções',
    '\u200Bsair\u200B',
    's\u0301air',
    '  \n sair \n ',
  ])('%j stops', (text) => {
    expect(wish(text)).toBe('stop');
  });

  test.each([
    'START',
    'Voltar',
    'voltar!',
    'VOLTARR',
    'quero voltar a receber',
    'Unstop',
    'subscribe',
    'Volver',
  ])('%j starts again', (text) => {
    expect(wish(text)).toBe('start');
  });
});

describe('a message that is something else', () => {
  test.each([
    'para',
    'Para!',
    'parar para',
    'não quero parar',
    'nao sair',
    'vamos sair hoje?',
    'quero cancelar meu pedido',
    'como faço para cancelar',
    'cancelado',
    'cancelei',
    'foi cancelada',
    'cancelaram',
    'pode parar na esquina',
    "don't stop",
    'nonstop',
    'stop sign',
    'step',
    'top',
    'shop',
    'sari',
    'cair',
    'sabir',
    'baixa',
    'Baja California',
    'caja',
    'vou voltar amanhã',
    'voltei',
    'startup',
    'subscribed',
    'unsubscribed',
    'remoto',
    'removido',
    'endereço',
    'fim',
    'obrigado',
    'por favor',
    'sim',
    'ok',
    '👍',
    '🛑🛑',
    '',
    '   ',
    '...',
    '1',
    'quero receber mais mensagens',
    'STOP'.repeat(30),
    'sair '.repeat(100),
  ])('%j means nothing', (text) => {
    expect(wish(text)).toBeUndefined();
  });

  test('is every word of a language that merely looks like a long keyword', () => {
    for (const word of otherWords) expect([word, wish(word)]).toEqual([word, undefined]);
  });
});

describe('whatever is written', () => {
  const word = fc.stringMatching(/^[a-záéíóúãõçñ]{2,12}$/);
  const keyword = fc.constantFrom(...stopWords);

  test('a keyword among other words is never one', () => {
    const known = new Set([...stopWords, ...startWords]);
    fc.assert(
      fc.property(keyword, fc.array(word, { minLength: 1, maxLength: 6 }), fc.nat(6), (stop, others, at) => {
        const sentence = [...others.slice(0, at), stop, ...others.slice(at)].join(' ');
        const plain = plainWords(sentence);
        fc.pre(!known.has(plain) && !others.every((other) => stop.split(' ').includes(plainWords(other))));
        // A made-up word may be a polite one, or complete another keyword within a letter: too short to matter here.
        fc.pre(others.some((other) => plainWords(other).length > 3));
        fc.pre(
          !others.some((other) => /favor|please|thanks|gracias|obrigad|gentileza/.test(plainWords(other))),
        );
        expect(wish(sentence)).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });

  test('case, accents, punctuation and emoji around a keyword change nothing', () => {
    const noise = fc.stringMatching(/^[ .,!?;:\-–—"'()🙏😡👋]{0,6}$/u);
    fc.assert(
      fc.property(keyword, noise, noise, fc.infiniteStream(fc.boolean()), (stop, before, after, upper) => {
        const loud = stop
          .split('')
          .map((letter) => (upper.next().value === true ? letter.toUpperCase() : letter))
          .join('');
        expect(wish(before + loud + after)).toBe('stop');
      }),
      { numRuns: 200 },
    );
  });

  test('a short keyword with a wrong letter is never one, unless it is another', () => {
    const known = new Set([...stopWords, ...startWords]);
    const short = stopWords.filter((each) => each.length < 7 && !each.includes(' '));
    const letter = fc.stringMatching(/^[a-z]$/);
    fc.assert(
      fc.property(fc.constantFrom(...short), fc.nat(7), letter, (stop, at, other) => {
        const index = at % stop.length;
        const wrong = stop.slice(0, index) + other + stop.slice(index + 1);
        // A repeated letter is forgiven, so `saar` would be one if there were `sar`.
        fc.pre(!known.has(wrong) && !/(.)\1/.test(wrong));
        expect(wish(wrong)).toBeUndefined();
      }),
      { numRuns: 400 },
    );
  });

  test('a start is never a stop with one wrong letter, nor the other way round', () => {
    for (const start of startWords) expect([start, wish(start)]).toEqual([start, 'start']);
    for (const stop of stopWords) expect([stop, wish(stop)]).toEqual([stop, 'stop']);
  });

  test('is judged without failing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
        expect(['stop', 'start', undefined].includes(wish(text))).toBe(true);
      }),
    );
  });
});

describe('a button', () => {
  test('stops when its words cannot mean anything else', () => {
    const button = (text: string) => matcher.match(text, { isButton: true });
    expect([
      button('Parar promoções'),
      button('STOP'),
      button('Descadastrar'),
      button('Unsubscribe'),
    ]).toEqual(Array(4).fill('stop'));
    expect([button('Cancelar'), button('Sair'), button('Voltar'), button('Cancelr')]).toEqual(
      Array(4).fill(undefined),
    );
  });
});

describe('a tenant’s own words', () => {
  const own = createKeywordMatcher({ stop: ['Chega!', 'não obrigado', '2'], start: ['Bora', 'stop'] });
  test('count like the others, and a stop before a start', () => {
    expect([own.match('CHEGA'), own.match('nao, obrigado'), own.match('2'), own.match('bora!')]).toEqual([
      'stop',
      'stop',
      'stop',
      'start',
    ]);
    expect(createKeywordMatcher({ stop: ['bora'], start: ['bora'] }).match('bora')).toBe('stop');
    expect(own.match('chega mais')).toBeUndefined();
    expect(own.match('chegaa')).toBeUndefined();
  });
});

describe('why a message is a keyword', () => {
  const own = createKeywordMatcher({ stop: ['Chega!'], start: [] });

  test.each([
    ['chega, por favor', { wish: 'stop', match: 'own', word: 'chega' }],
    ['Não quero mais receber.', { wish: 'stop', match: 'exact', word: 'nao quero mais receber' }],
    ['SAIIIR', { wish: 'stop', match: 'near', word: 'sair' }],
    ['descadastar', { wish: 'stop', match: 'near', word: 'descadastrar' }],
    ['Voltar', { wish: 'start', match: 'exact', word: 'voltar' }],
    ['Posso sair mais cedo?', undefined],
  ])('%j', (text, why) => {
    expect(own.explain(text)).toEqual(why);
  });
});
