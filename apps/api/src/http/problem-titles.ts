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
  connection_state: {
    en: 'The connection cannot do this in its present state.',
    'pt-BR': 'A conexão não pode fazer isto no estado em que está.',
  },
  connection_in_use: {
    en: 'Campaigns still send from this connection. Finish or cancel them first. Nothing was deleted.',
    'pt-BR': 'Ainda há campanhas enviando por esta conexão. Encerre ou cancele-as antes. Nada foi excluído.',
  },
  connection_invalid: {
    en: 'What was filled in does not fit this kind of connection. Nothing was changed.',
    'pt-BR': 'O que foi preenchido não serve para este tipo de conexão. Nada foi alterado.',
  },
  provider_off: {
    en: 'This kind of connection is switched off on this server. Whoever runs the server can switch it on.',
    'pt-BR': 'Este tipo de conexão está desligado neste servidor. Quem administra o servidor pode ligá-lo.',
  },
  terms_not_accepted: {
    en: 'Read and accept the warning about WhatsApp’s terms first. Nothing was created.',
    'pt-BR': 'Antes, leia e aceite o aviso sobre os termos do WhatsApp. Nada foi criado.',
  },
  credentials_locked: {
    en: 'The server does not have the key that seals credentials. Nothing was changed; whoever runs it must set the key.',
    'pt-BR':
      'O servidor não tem a chave que protege as credenciais. Nada foi alterado; quem o administra precisa configurar a chave.',
  },
  schedule_in_past: {
    en: 'This time has passed. Choose one in the future.',
    'pt-BR': 'Este horário já passou. Escolha um no futuro.',
  },
  schedule_missed: {
    en: 'The start was missed while nothing was running. Nothing was sent.',
    'pt-BR': 'O início foi perdido enquanto nada estava no ar. Nada foi enviado.',
  },
  hours_never_open: {
    en: 'These hours leave no time to send. Nothing was saved.',
    'pt-BR': 'Estes horários não deixam tempo para enviar. Nada foi salvo.',
  },
  contact_opted_out: {
    en: 'This person asked not to get messages. Nothing was sent.',
    'pt-BR': 'Esta pessoa pediu para não receber mensagens. Nada foi enviado.',
  },
  contact_unreachable: {
    en: 'This contact has no number to write to. Nothing was sent.',
    'pt-BR': 'Este contato não tem número para receber mensagens. Nada foi enviado.',
  },
  phone_invalid: {
    en: 'This is not a mobile number that can get messages. Nothing was sent.',
    'pt-BR': 'Este não é um número de celular que possa receber mensagens. Nada foi enviado.',
  },
  idempotency_key_missing: {
    en: 'This request needs an Idempotency-Key, so that a repetition sends nothing twice.',
    'pt-BR': 'Este pedido precisa de uma Idempotency-Key, para que uma repetição não envie nada duas vezes.',
  },
  idempotency_key_invalid: {
    en: 'An Idempotency-Key has 1 to 255 visible characters.',
    'pt-BR': 'Uma Idempotency-Key tem de 1 a 255 caracteres visíveis.',
  },
  idempotency_key_reused: {
    en: 'This Idempotency-Key was used for another request. Nothing was changed; use a new one.',
    'pt-BR': 'Esta Idempotency-Key já foi usada em outro pedido. Nada foi alterado; use uma nova.',
  },
  idempotency_in_progress: {
    en: 'The same request is still under way. Ask again in a moment.',
    'pt-BR': 'O mesmo pedido ainda está em andamento. Pergunte de novo em instantes.',
  },
  webhook_url_refused: {
    en: 'Webhooks cannot be sent to this address. Nothing was changed.',
    'pt-BR': 'Não é possível enviar webhooks para este endereço. Nada foi alterado.',
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
