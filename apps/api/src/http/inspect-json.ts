import { AppError } from '@zaphub/types';
import type { LocalText } from '@zaphub/types';

const maxDepth = 20;
const refusedKeys = new Set(['__proto__', 'constructor', 'prototype']);

type Container = { keys: Set<string> } | 'array';

/**
 * Looks through JSON text before it is parsed: one pass, no recursion, so depth cannot hurt. Text that is not JSON
 * at all is left for the parser to refuse.
 * @throws AppError `invalid_json` when nested deeper than 20, or a key is repeated or would touch a prototype
 */
export function inspectJson(text: string): void {
  const open: Container[] = [];
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case 0x7b: // {
      case 0x5b: // [
        open.push(text[i] === '{' ? { keys: new Set() } : 'array');
        if (open.length > maxDepth) {
          throw refused({
            en: `it is nested more than ${maxDepth} levels deep`,
            'pt-BR': `tem mais de ${maxDepth} níveis`,
          });
        }
        break;
      case 0x7d: // }
      case 0x5d: // ]
        open.pop();
        break;
      case 0x22: {
        const end = endOfString(text, i);
        const container = open.at(-1);
        if (container !== undefined && container !== 'array' && isKey(text, end)) {
          noteKey(container.keys, text.slice(i, end));
        }
        i = end - 1;
        break;
      }
      default:
    }
  }
}

/** The index after the closing quote, or the text's end. */
function endOfString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x5c) i++;
    else if (code === 0x22) return i + 1;
  }
  return text.length;
}

/** In an object, a string followed by a colon is a key. */
function isKey(text: string, end: number): boolean {
  let i = end;
  while (i < text.length && ' \t\n\r'.includes(text.charAt(i))) i++;
  return text[i] === ':';
}

function noteKey(keys: Set<string>, literal: string): void {
  const key = decodeKey(literal);
  if (key === undefined) return;
  if (refusedKeys.has(key)) {
    throw refused({ en: `the key "${key}" is not allowed`, 'pt-BR': `a chave "${key}" não é permitida` });
  }
  if (keys.has(key)) throw refused({ en: 'a key is given twice', 'pt-BR': 'uma chave aparece duas vezes' });
  keys.add(key);
}

function decodeKey(literal: string): string | undefined {
  try {
    const key: unknown = JSON.parse(literal);
    return typeof key === 'string' ? key : undefined;
  } catch {
    return undefined; // the parser will refuse the whole text
  }
}

function refused(reason: LocalText): AppError {
  return new AppError('invalid_json', reason.en, {
    publicMessage: {
      en: `The JSON was refused: ${reason.en}.`,
      'pt-BR': `O JSON foi recusado: ${reason['pt-BR']}.`,
    },
  });
}
