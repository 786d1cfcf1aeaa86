import { baileysWords, cloudWords, type ReasonWords, wuzapiWords } from '@zaphub/providers';
import type { Locale } from '@zaphub/types';

/** Why a recipient did not get the message, as the report says it. Every code the ledger writes has words here. */
const words: Record<string, Record<Locale, string>> = {
  opted_out: { en: 'Asked not to get messages', 'pt-BR': 'Pediu para não receber mensagens' },
  no_phone: { en: 'Has no phone number', 'pt-BR': 'Não tem telefone' },
  missing_variable: {
    en: 'A value that the message needs is missing',
    'pt-BR': 'Falta um dado que a mensagem usa',
  },
  cancelled: { en: 'The campaign was cancelled before', 'pt-BR': 'A campanha foi cancelada antes' },
  duplicate_contact: {
    en: 'The same person gets it under another contact',
    'pt-BR': 'A mesma pessoa recebe por outro contato',
  },
  too_late: {
    en: 'The time for it had passed in this person’s zone',
    'pt-BR': 'O horário já tinha passado no fuso desta pessoa',
  },
  restored: {
    en: 'Left when the database was restored: it may have gone out before',
    'pt-BR': 'Deixada de lado quando o banco foi restaurado: pode ter saído antes',
  },
  content_invalid: {
    en: 'What the message says could not be read',
    'pt-BR': 'Não foi possível ler o conteúdo da mensagem',
  },
  frequency_cap: {
    en: 'Had as many campaigns as the limit for each contact allows',
    'pt-BR': 'Já recebeu tantas campanhas quanto o limite por contato permite',
  },
  contact_deleted: { en: 'The contact was deleted before', 'pt-BR': 'O contato foi apagado antes' },
  recipient_unavailable: {
    en: 'WhatsApp says this number cannot receive it',
    'pt-BR': 'O WhatsApp informou que este número não pode receber',
  },
  throttled: { en: 'WhatsApp asked to slow down', 'pt-BR': 'O WhatsApp pediu para diminuir o ritmo' },
  connection_refused: {
    en: 'WhatsApp could not be reached',
    'pt-BR': 'Não foi possível conectar ao WhatsApp',
  },
  network_away: {
    en: 'WhatsApp was out of reach for a while',
    'pt-BR': 'O WhatsApp ficou fora de alcance por um tempo',
  },
  timeout: {
    en: 'No answer came: it may or may not have arrived',
    'pt-BR': 'Não veio resposta: pode ter chegado ou não',
  },
  server_error: {
    en: 'WhatsApp answered with an error: it may or may not have arrived',
    'pt-BR': 'O WhatsApp respondeu com erro: pode ter chegado ou não',
  },
  lease_ended: {
    en: 'Sending was interrupted: it may or may not have arrived',
    'pt-BR': 'O envio foi interrompido: pode ter chegado ou não',
  },
  template_invalid: {
    en: 'The message could not be written for this contact',
    'pt-BR': 'Não foi possível escrever a mensagem para este contato',
  },
  too_long: {
    en: 'The message is too long for this contact',
    'pt-BR': 'A mensagem fica longa demais para este contato',
  },
  too_much_work: {
    en: 'The message could not be written for this contact',
    'pt-BR': 'Não foi possível escrever a mensagem para este contato',
  },
  receipt_failed: {
    en: 'WhatsApp reported later that it could not be delivered',
    'pt-BR': 'O WhatsApp avisou depois que não conseguiu entregar',
  },
  delivery_failed: { en: 'WhatsApp could not deliver it', 'pt-BR': 'O WhatsApp não conseguiu entregar' },
};

/** What the networks say, in sentences; the first that knows a code tells it. */
const ofNetworks: readonly Readonly<Partial<Record<string, ReasonWords>>>[] = [
  cloudWords,
  wuzapiWords,
  baileysWords,
];

const other: Record<Locale, string> = { en: 'Not sent', 'pt-BR': 'Não enviada' };

/** Plain words with the code behind them, such as `Has no phone number (no_phone)`; empty without a reason. */
export function reasonWords(locale: Locale, code: string | null): string {
  if (code === null) return '';
  const known = words[code] ?? ofNetworks.map((list) => list[code]).find((one) => one !== undefined) ?? other;
  return `${known[locale].replace(/\.$/, '')} (${code})`;
}
