import type { Locale, RowErrorCode } from '@zaphub/types';

/** Why a row was not imported and what to do about it, for the person who has the file. */
export const rowErrorWords: Readonly<Record<Locale, Readonly<Record<RowErrorCode, string>>>> = {
  'pt-BR': {
    phone_missing: 'O telefone está vazio.',
    phone_invalid: 'O telefone não é um número válido. Confira o DDD e a quantidade de dígitos.',
    phone_scientific:
      'A planilha transformou o telefone em um número (como 5,5E+12) e perdeu dígitos. Formate a coluna como texto e exporte de novo.',
    phone_ambiguous:
      'O número não existe no país padrão, mas existiria em outro. Escreva com + e o código do país.',
    phone_not_mobile: 'O número é válido, mas não é de celular.',
    too_few_columns: 'A linha tem menos colunas que o cabeçalho.',
    too_many_columns: 'A linha tem mais colunas que o cabeçalho. Um valor com o separador precisa de aspas.',
    field_too_large: 'Um valor é grande demais.',
    invalid_characters: 'Um valor tem bytes que não são texto. Salve o arquivo como CSV UTF-8.',
    broken_quotes: 'Há aspas no meio de um valor. Coloque o valor inteiro entre aspas e dobre as de dentro.',
  },
  en: {
    phone_missing: 'The phone is empty.',
    phone_invalid: 'The phone is not a valid number. Check the area code and the number of digits.',
    phone_scientific:
      'The spreadsheet turned the phone into a number (like 5.5E+12) and lost digits. Format the column as text and export again.',
    phone_ambiguous:
      'The number does not exist in the default country but would in another. Write it with + and the country code.',
    phone_not_mobile: 'The number is valid, but not a mobile.',
    too_few_columns: 'The row has fewer columns than the header.',
    too_many_columns:
      'The row has more columns than the header. A value with the separator in it needs quotes.',
    field_too_large: 'A value is too large.',
    invalid_characters: 'A value has bytes that are no text. Save the file as CSV UTF-8.',
    broken_quotes:
      'There is a quotation mark inside a value. Put the whole value in quotes and double the inner ones.',
  },
};

/** The header of the error report. */
export const errorReportHeader: Readonly<Record<Locale, readonly string[]>> = {
  'pt-BR': ['linha', 'coluna', 'valor', 'código', 'motivo'],
  en: ['row', 'column', 'value', 'code', 'reason'],
};
