import { AppError } from '@zaphub/types';

const refusedKeys = new Set(['__proto__', 'constructor', 'prototype']);

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
    if (refusedKeys.has(name)) throw refused('a parameter has a name that is not allowed');
    if (name in query) throw refused('a parameter is given twice');
    query[name] = equals < 0 ? '' : decode(pair.slice(equals + 1));
  }
  return query;
}

function decode(text: string): string {
  let decoded: string;
  try {
    decoded = decodeURIComponent(text.replaceAll('+', ' '));
  } catch (error) {
    throw refused('the percent-encoding is broken', error);
  }
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(decoded)) throw refused('a parameter contains a control character');
  return decoded;
}

function refused(reason: string, cause?: unknown): AppError {
  return new AppError('bad_request', reason, {
    publicMessage: `The address was refused: ${reason}.`,
    cause,
  });
}
