import { AppError } from '@zaphub/types';
import type { LocalText } from '@zaphub/types';
import { maxTextLength } from './liquid-engine.ts';

/** Why a body is not a template that can be sent. The dashboard has words for each. */
export type TemplateProblem =
  | 'blank'
  | 'too_long'
  | 'control_character'
  | 'not_closed'
  | 'unknown_tag'
  | 'unknown_filter'
  | 'forbidden_name'
  | 'nested_loop'
  | 'too_much_work'
  | 'syntax';

/**
 * An `AppError('template_invalid')` whose details hold the problem and the line (from 1; null when unknown).
 * @param detail what the template engine says more exactly; it speaks English only
 */
export function templateInvalid(problem: TemplateProblem, line: number | null, detail?: string): AppError {
  const words: LocalText = { ...problemWords[problem], ...(detail === undefined ? {} : { en: detail }) };
  return new AppError('template_invalid', `template: ${problem}: ${words.en}`, {
    publicMessage:
      line === null
        ? words
        : { en: `Line ${line}: ${words.en}`, 'pt-BR': `Linha ${line}: ${words['pt-BR']}` },
    details: { problem, line, detail: words.en },
  });
}

const problemWords: Readonly<Record<TemplateProblem, LocalText>> = {
  blank: { en: 'the message is empty', 'pt-BR': 'a mensagem está vazia' },
  too_long: {
    en: `the message has more than ${maxTextLength} characters`,
    'pt-BR': `a mensagem tem mais de ${maxTextLength} caracteres`,
  },
  control_character: {
    en: 'a character that cannot be sent',
    'pt-BR': 'há um caractere que não pode ser enviado',
  },
  not_closed: { en: 'something is not closed', 'pt-BR': 'algo foi aberto e não foi fechado' },
  unknown_tag: { en: 'there is no such tag', 'pt-BR': 'esse comando não existe' },
  unknown_filter: { en: 'there is no such filter', 'pt-BR': 'esse filtro não existe' },
  forbidden_name: {
    en: 'a name that cannot be used as a variable',
    'pt-BR': 'há um nome que não pode ser usado como variável',
  },
  nested_loop: { en: 'a loop inside a loop', 'pt-BR': 'há uma repetição dentro de outra' },
  too_much_work: { en: 'it takes too much work to write', 'pt-BR': 'dá trabalho demais para escrever' },
  syntax: { en: 'this cannot be read as a template', 'pt-BR': 'isto não pode ser lido como modelo' },
};
