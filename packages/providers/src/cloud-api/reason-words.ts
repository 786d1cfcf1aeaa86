import type { CloudReason } from './error-table.ts';

/** Codes that a provider over HTTP answers beside the network's own reasons. */
export type CloudCode =
  | CloudReason
  | 'account_missing'
  | 'connect_timeout'
  | 'connection_failed'
  | 'connection_lost'
  | 'connection_refused'
  | 'media_too_big'
  | 'media_type_unsupported'
  | 'name_not_found'
  | 'network_unreachable'
  | 'reply_too_long'
  | 'request_invalid'
  | 'timeout'
  | 'tls_failed'
  | 'unreadable_reply';

/** What happened and what to do, for whoever sent the message. */
export interface ReasonWords {
  readonly en: string;
  readonly 'pt-BR': string;
}

const unreached: ReasonWords = {
  en: 'WhatsApp could not be reached. The message was kept and will be tried again.',
  'pt-BR': 'Não foi possível conectar ao WhatsApp. A mensagem foi guardada e será tentada de novo.',
};
const unsure: ReasonWords = {
  en: 'No clear answer came: it may or may not have arrived.',
  'pt-BR': 'Não veio uma resposta clara: pode ter chegado ou não.',
};

/** Every code of the Cloud API in plain words. */
export const cloudWords: Readonly<Record<CloudCode, ReasonWords>> = {
  account_missing: {
    en: 'This number is not set up. Connect it again; its messages were kept.',
    'pt-BR': 'Este número não está configurado. Conecte-o de novo; as mensagens foram guardadas.',
  },
  account_restricted: {
    en: 'WhatsApp restricted the business account. See it in WhatsApp Manager; the messages were kept.',
    'pt-BR': 'O WhatsApp restringiu a conta. Veja no Gerenciador do WhatsApp; as mensagens foram guardadas.',
  },
  billing_problem: {
    en: 'The payment method of the WhatsApp account has a problem. Mend it at Meta; the messages were kept.',
    'pt-BR':
      'Há um problema no pagamento da conta do WhatsApp. Resolva na Meta; as mensagens foram guardadas.',
  },
  connect_timeout: unreached,
  connection_failed: unreached,
  connection_lost: unsure,
  connection_refused: unreached,
  country_not_allowed: {
    en: 'This account may not write to people in that country.',
    'pt-BR': 'Esta conta não pode enviar para pessoas desse país.',
  },
  display_name_missing: {
    en: 'The number has no approved display name. Set one in WhatsApp Manager; the messages were kept.',
    'pt-BR':
      'O número não tem nome aprovado. Defina no Gerenciador do WhatsApp; as mensagens foram guardadas.',
  },
  in_experiment: {
    en: 'WhatsApp left this person out as part of an experiment of its own.',
    'pt-BR': 'O WhatsApp deixou esta pessoa de fora por um experimento próprio.',
  },
  maintenance: {
    en: 'WhatsApp is working on this number. The message was kept and will be tried again.',
    'pt-BR': 'O WhatsApp está em manutenção neste número. A mensagem foi guardada e será tentada de novo.',
  },
  marketing_opted_out: {
    en: 'This person asked WhatsApp for no more marketing from you.',
    'pt-BR': 'Esta pessoa pediu ao WhatsApp para não receber mais marketing seu.',
  },
  media_rejected: {
    en: 'WhatsApp did not take the file. Check its type and size.',
    'pt-BR': 'O WhatsApp não aceitou o arquivo. Confira o tipo e o tamanho.',
  },
  media_too_big: {
    en: 'The file is larger than WhatsApp takes. Make it smaller.',
    'pt-BR': 'O arquivo é maior do que o WhatsApp aceita. Diminua o tamanho.',
  },
  media_type_unsupported: {
    en: 'WhatsApp does not take this type of file.',
    'pt-BR': 'O WhatsApp não aceita este tipo de arquivo.',
  },
  message_invalid: {
    en: 'The message has a form that WhatsApp does not take.',
    'pt-BR': 'A mensagem tem um formato que o WhatsApp não aceita.',
  },
  name_not_found: unreached,
  network_error: {
    en: 'WhatsApp could not send it. The message was kept and will be tried again.',
    'pt-BR': 'O WhatsApp não conseguiu enviar. A mensagem foi guardada e será tentada de novo.',
  },
  network_unreachable: unreached,
  number_not_registered: {
    en: 'The number is not registered for the Cloud API. Register it at Meta; the messages were kept.',
    'pt-BR': 'O número não está registrado na Cloud API. Registre na Meta; as mensagens foram guardadas.',
  },
  permission_missing: {
    en: 'The access token may not do this. Give it the permission at Meta; the messages were kept.',
    'pt-BR': 'O token de acesso não tem permissão. Conceda na Meta; as mensagens foram guardadas.',
  },
  quality_limit: {
    en: 'WhatsApp limits this number because people blocked or reported it. Sending was held.',
    'pt-BR':
      'O WhatsApp limitou este número porque pessoas o bloquearam ou denunciaram. O envio foi suspenso.',
  },
  recipient_blocked: {
    en: 'You have blocked this person on WhatsApp.',
    'pt-BR': 'Você bloqueou esta pessoa no WhatsApp.',
  },
  recipient_limit: {
    en: 'This person got many messages just now. It will be tried again in a while.',
    'pt-BR': 'Esta pessoa recebeu muitas mensagens agora. Será tentado de novo daqui a pouco.',
  },
  recipient_marketing_limit: {
    en: 'WhatsApp limits how much marketing this person gets. It is tried again after a day.',
    'pt-BR': 'O WhatsApp limita o marketing que esta pessoa recebe. Será tentado de novo depois de um dia.',
  },
  recipient_unavailable: {
    en: 'WhatsApp says this number cannot receive it.',
    'pt-BR': 'O WhatsApp informou que este número não pode receber.',
  },
  rejected: {
    en: 'WhatsApp refused the message. Its own words are in the details.',
    'pt-BR': 'O WhatsApp recusou a mensagem. O motivo dele está nos detalhes.',
  },
  reply_too_long: unsure,
  request_invalid: {
    en: 'The request could not be made. Check the access token of the number.',
    'pt-BR': 'Não foi possível montar o pedido. Confira o token de acesso do número.',
  },
  server_error: {
    en: 'WhatsApp answered with an error: it may or may not have arrived.',
    'pt-BR': 'O WhatsApp respondeu com erro: pode ter chegado ou não.',
  },
  template_disabled: {
    en: 'WhatsApp disabled this template. Write another one.',
    'pt-BR': 'O WhatsApp desativou este modelo. Crie outro.',
  },
  template_mismatch: {
    en: "The values do not fit the template's places.",
    'pt-BR': 'Os valores não combinam com os campos do modelo.',
  },
  template_missing: {
    en: 'This template does not exist in that language, or is not approved yet.',
    'pt-BR': 'Este modelo não existe nesse idioma ou ainda não foi aprovado.',
  },
  template_paused: {
    en: 'WhatsApp holds this template back for now.',
    'pt-BR': 'O WhatsApp suspendeu este modelo por enquanto.',
  },
  throttled: {
    en: 'WhatsApp asked to slow down. The message was kept and will be tried again.',
    'pt-BR': 'O WhatsApp pediu para diminuir o ritmo. A mensagem foi guardada e será tentada de novo.',
  },
  timeout: {
    en: 'No answer came: it may or may not have arrived.',
    'pt-BR': 'Não veio resposta: pode ter chegado ou não.',
  },
  tls_failed: {
    en: 'No safe connection to WhatsApp could be made. The message was kept and will be tried again.',
    'pt-BR':
      'Não foi possível fazer uma conexão segura com o WhatsApp. A mensagem foi guardada e será tentada de novo.',
  },
  token_invalid: {
    en: 'The access token has expired or was revoked. Give a new one; the messages were kept.',
    'pt-BR': 'O token de acesso expirou ou foi revogado. Informe um novo; as mensagens foram guardadas.',
  },
  unreadable_reply: unsure,
  window_closed: {
    en: 'More than 24 hours since this person last wrote: only an approved template may be sent.',
    'pt-BR': 'Mais de 24 horas desde a última mensagem desta pessoa: só um modelo aprovado pode ser enviado.',
  },
};
