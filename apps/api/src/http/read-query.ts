import { AppError } from '@zaphub/types';
import type { LocalText } from '@zaphub/types';

const refusedKeys = new Set(['__proto__', 'constructor', 'prototype']);

const reasons = {
  name: {
    en: 'a parameter has a name that is not allowed',
    'pt-BR': 'um parâmetro tem um nome que não é permitido',
  },
  twice: { en: 'a parameter is given twice', 'pt-BR': 'um parâmetro aparece duas vezes' },
  encoding: { en: 'the percent-encoding is broken', 'pt-BR': 'a codificação com % está quebrada' },
  control: {
    en: 'a parameter contains a control character',
    'pt-BR': 'um parâmetro contém um caractere de controle',
  },
} as const satisfies Record<string, LocalText>;

/**
 * Reads the query of an address: each name once, one value, nothing nested.
 * @throws AppError `bad_request` for a repeated name, broken percent-encoding, a control character or a refused name
 */
export function readQuery(url: string): Record<string, string> {
  const start = url.indexOf('?');
  // Without a prototype no name can collide with what every object has.
  const query: Record<string, string> = Object.create(null);
  if (start < 0) return query;
  for (const pair of url.slice(start + 1).split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decode(equals < 0 ? pair : pair.slice(0, equals));
    if (refusedKeys.has(name)) throw refused(reasons.name);
    if (name in query) throw refused(reasons.twice);
    query[name] = equals < 0 ? '' : decode(pair.slice(equals + 1));
  }
  return query;
}

function decode(text: string): string {
  let decoded: string;
  try {
    decoded = decodeURIComponent(text.replaceAll('+', ' '));
  } catch (error) {
    throw refused(reasons.encoding, error);
  }
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(decoded)) throw refused(reasons.control);
  return decoded;
}

function refused(reason: LocalText, cause?: unknown): AppError {
  return new AppError('bad_request', reason.en, {
    publicMessage: {
      en: `The address was refused: ${reason.en}.`,
      'pt-BR': `O endereço foi recusado: ${reason['pt-BR']}.`,
    },
    cause,
  });
}
