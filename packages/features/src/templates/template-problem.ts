import { AppError } from '@zaphub/types';

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

/** An `AppError('template_invalid')` whose details hold the problem and the line (from 1; null when unknown). */
export function templateInvalid(problem: TemplateProblem, line: number | null, detail: string): AppError {
  return new AppError('template_invalid', `template: ${problem}: ${detail}`, {
    publicMessage: line === null ? detail : `Line ${line}: ${detail}`,
    details: { problem, line, detail },
  });
}
