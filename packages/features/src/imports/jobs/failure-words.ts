import type { Locale } from '@zaphub/types';

interface FailureWords {
  brokenQuotes(row: number): string;
  fileMissing: string;
  diskFull: string;
  unexpected: string;
}

/** Why an import stopped: what happened, what was kept, what to do. */
export const failureWords: Readonly<Record<Locale, FailureWords>> = {
  'pt-BR': {
    brokenQuotes: (row) =>
      `Na linha ${row} há aspas que não fecham, então não dá para saber onde as linhas seguintes começam. ` +
      'Tudo antes dessa linha foi importado. Corrija as aspas e envie o arquivo de novo: nada será duplicado.',
    fileMissing:
      'O arquivo enviado não está mais no servidor. O que já tinha sido importado foi mantido. ' +
      'Envie o arquivo de novo: nada será duplicado.',
    diskFull:
      'O disco do servidor está cheio. O que já tinha sido importado foi mantido. ' +
      'Libere espaço e envie o arquivo de novo: nada será duplicado.',
    unexpected:
      'A importação parou por um erro inesperado. O que já tinha sido importado foi mantido. ' +
      'Tente de novo: nada será duplicado.',
  },
  en: {
    brokenQuotes: (row) =>
      `Row ${row} has a quotation mark that does not close, so nobody can tell where the next rows begin. ` +
      'Everything before that row was imported. Correct the quotes and upload the file again: nothing will be duplicated.',
    fileMissing:
      'The uploaded file is no longer on the server. What had been imported was kept. ' +
      'Upload the file again: nothing will be duplicated.',
    diskFull:
      'The disk of the server is full. What had been imported was kept. ' +
      'Make room and upload the file again: nothing will be duplicated.',
    unexpected:
      'The import stopped because of an unexpected error. What had been imported was kept. ' +
      'Try again: nothing will be duplicated.',
  },
};
