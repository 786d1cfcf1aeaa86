import type { Text } from '../../language.ts';
import { PlainError } from '../../plain-error.ts';

/** The file or the text that was given cannot be used: exit code 2. */
export class BadInput extends PlainError {}

const tryAnother: Text = {
  en: 'Nothing was sent. Give it a CSV file with a header and one contact a line.',
  'pt-BR': 'Nada foi enviado. Informe um arquivo CSV com cabeçalho e um contato por linha.',
};

/** A problem with the file of contacts, in one sentence. */
export function badFile(en: string, ptBR: string, cause?: unknown): BadInput {
  return new BadInput({ en, 'pt-BR': ptBR }, tryAnother, { cause });
}
