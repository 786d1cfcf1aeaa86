import type { ErrorCode, Locale } from '@zaphub/types';

/** What each error says to a person: what happened and, where it is not plain, what to do. */
export const problemTitles: Readonly<Record<ErrorCode, Readonly<Record<Locale, string>>>> = {
  bad_request: { en: 'The request could not be understood.', 'pt-BR': 'Não foi possível entender o pedido.' },
  invalid_body: {
    en: 'Some fields are missing or wrong. Nothing was changed.',
    'pt-BR': 'Alguns campos faltam ou estão errados. Nada foi alterado.',
  },
  invalid_json: { en: 'The body is not valid JSON.', 'pt-BR': 'O corpo do pedido não é um JSON válido.' },
  body_too_large: { en: 'The content is too large.', 'pt-BR': 'O conteúdo é grande demais.' },
  unsupported_media_type: {
    en: 'This type of content is not accepted here.',
    'pt-BR': 'Este tipo de conteúdo não é aceito aqui.',
  },
  unauthenticated: { en: 'Sign in again to go on.', 'pt-BR': 'Entre novamente para continuar.' },
  forbidden: {
    en: 'Your role does not allow this. Ask an administrator of the account.',
    'pt-BR': 'Seu papel não permite isso. Fale com quem administra a conta.',
  },
  not_found: { en: 'This does not exist.', 'pt-BR': 'Isto não existe.' },
  method_not_allowed: {
    en: 'This address does not take that method.',
    'pt-BR': 'Este endereço não aceita esse método.',
  },
  conflict: {
    en: 'Somebody else changed this meanwhile. Read it again and retry.',
    'pt-BR': 'Outra pessoa alterou isto nesse meio-tempo. Recarregue e tente de novo.',
  },
  name_mismatch: {
    en: 'The name you typed is not the account’s. Nothing was deleted; type it exactly as it is shown.',
    'pt-BR': 'O nome digitado não é o da conta. Nada foi excluído; digite-o exatamente como aparece.',
  },
  name_taken: {
    en: 'This name is in use. Choose another one.',
    'pt-BR': 'Este nome já está em uso. Escolha outro.',
  },
  too_many_requests: {
    en: 'Too many requests. Wait a moment and try again.',
    'pt-BR': 'Pedidos demais. Aguarde um instante e tente de novo.',
  },
  setup_token_invalid: {
    en: 'The setup token is not right. Copy it again from where ZapHub was started.',
    'pt-BR': 'O código de instalação não confere. Copie-o novamente de onde o ZapHub foi iniciado.',
  },
  already_set_up: {
    en: 'This installation already has an owner. Sign in instead.',
    'pt-BR': 'Esta instalação já tem dono. Faça login.',
  },
  file_empty: {
    en: 'The file has no rows. Nothing was imported.',
    'pt-BR': 'O arquivo não tem linhas. Nada foi importado.',
  },
  file_not_text: {
    en: 'This is not a text file. Export it as CSV. Nothing was imported.',
    'pt-BR': 'Isto não é um arquivo de texto. Exporte como CSV. Nada foi importado.',
  },
  file_no_header: {
    en: 'The first row must name the columns. Nothing was imported.',
    'pt-BR': 'A primeira linha deve ter os nomes das colunas. Nada foi importado.',
  },
  file_too_many_columns: {
    en: 'The file has more than 200 columns. Nothing was imported.',
    'pt-BR': 'O arquivo tem mais de 200 colunas. Nada foi importado.',
  },
  file_duplicate_header: {
    en: 'Two columns have the same name. Rename one. Nothing was imported.',
    'pt-BR': 'Duas colunas têm o mesmo nome. Renomeie uma delas. Nada foi importado.',
  },
  file_field_too_large: {
    en: 'A field of the file is too long. Nothing was imported.',
    'pt-BR': 'Um campo do arquivo é longo demais. Nada foi importado.',
  },
  file_broken_quotes: {
    en: 'A quote in the file is never closed. Nothing was imported.',
    'pt-BR': 'Há aspas no arquivo que nunca se fecham. Nada foi importado.',
  },
  file_encoding_unknown: {
    en: 'The letters of the file cannot be read. Save it as UTF-8. Nothing was imported.',
    'pt-BR': 'Não foi possível ler as letras do arquivo. Salve como UTF-8. Nada foi importado.',
  },
  mapping_invalid: {
    en: 'The columns are not assigned right. Nothing was imported.',
    'pt-BR': 'As colunas não estão bem atribuídas. Nada foi importado.',
  },
  template_invalid: {
    en: 'The template has a mistake. Nothing was saved.',
    'pt-BR': 'O modelo tem um erro. Nada foi salvo.',
  },
  audience_empty: {
    en: 'Nobody would get this campaign. Choose another audience.',
    'pt-BR': 'Ninguém receberia esta campanha. Escolha outro público.',
  },
  campaign_state: {
    en: 'The campaign is not in a state that allows this. Nothing was changed.',
    'pt-BR': 'O estado da campanha não permite isso. Nada foi alterado.',
  },
  import_state: {
    en: 'The import is not in a state that allows this. Nothing was changed.',
    'pt-BR': 'O estado da importação não permite isso. Nada foi alterado.',
  },
  schedule_in_past: {
    en: 'This time has passed. Choose one in the future.',
    'pt-BR': 'Este horário já passou. Escolha um no futuro.',
  },
  disk_full: {
    en: 'The server has no room left. Nothing was saved. Try again later.',
    'pt-BR': 'O servidor está sem espaço. Nada foi salvo. Tente mais tarde.',
  },
  unavailable: {
    en: 'The service is not ready for a moment. Try again shortly.',
    'pt-BR': 'O serviço está indisponível por um momento. Tente de novo em instantes.',
  },
  timeout: {
    en: 'This took too long and was given up. Try again.',
    'pt-BR': 'Isto demorou demais e foi interrompido. Tente de novo.',
  },
  internal: {
    en: 'Something went wrong on our side. The request id helps us find it.',
    'pt-BR': 'Algo deu errado do nosso lado. O código do pedido nos ajuda a encontrar o erro.',
  },
};
