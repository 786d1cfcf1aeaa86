import type { AppError, ErrorCode } from '@zaphub/types';
import { badFile } from './bad-input.ts';

/** What is wrong with the file, for each way an upload is refused; `%` stands for its path. */
const sentences: Partial<Record<ErrorCode, readonly [en: string, ptBR: string]>> = {
  file_empty: ['% has no contacts in it.', '% não tem nenhum contato.'],
  file_not_text: [
    '% is not a CSV file; save a spreadsheet as CSV first.',
    '% não é um arquivo CSV; salve a planilha como CSV antes.',
  ],
  file_encoding_unknown: [
    '% is written in an encoding that cannot be read; save it as UTF-8.',
    '% usa uma codificação que não pode ser lida; salve como UTF-8.',
  ],
  file_no_header: [
    '% has no header: its first line must name the columns.',
    '% não tem cabeçalho: a primeira linha deve dar nome às colunas.',
  ],
  file_too_many_columns: ['% has too many columns.', '% tem colunas demais.'],
  file_duplicate_header: ['% has two columns of the same name.', '% tem duas colunas com o mesmo nome.'],
  file_field_too_large: ['% has a field that is too large.', '% tem um campo grande demais.'],
  file_broken_quotes: ['% has quotation marks that do not pair up.', '% tem aspas que não fecham.'],
  mapping_invalid: [
    'The columns of % cannot be used, or --country has no telephone numbers.',
    'As colunas de % não podem ser usadas, ou --country não tem números de telefone.',
  ],
  body_too_large: ['% is larger than 2 GB.', '% é maior que 2 GB.'],
};

/** The refusal of a file in plain words; any other error comes back as it is. */
export function explainFile(error: AppError, path: string): unknown {
  const sentence = sentences[error.code];
  if (sentence === undefined) return error;
  const [en, ptBR] = sentence.map((text) => text.replace('%', () => path));
  return badFile(en ?? '', ptBR ?? '', error);
}
