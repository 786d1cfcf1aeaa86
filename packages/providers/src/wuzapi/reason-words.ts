import type { ReasonWords } from '../cloud-api/reason-words.ts';
import type { WuzapiReason } from './classify.ts';

/** Codes of a gateway that the Cloud API does not have, in plain words; the others are the Cloud API's. */
export const wuzapiWords = {
  gateway_missing: {
    en: 'There is no WuzAPI gateway at this address. Check the address of the connection; its messages were kept.',
    'pt-BR':
      'Não há um gateway WuzAPI neste endereço. Confira o endereço da conexão; as mensagens foram guardadas.',
  },
  gateway_not_allowed: {
    en: 'This installation may not call the gateway at this address. Ask whoever runs it; the messages were kept.',
    'pt-BR':
      'Esta instalação não pode chamar o gateway neste endereço. Fale com quem a administra; as mensagens foram guardadas.',
  },
  media_upload_failed: {
    en: 'The gateway could not hand the file to WhatsApp. The message was kept and will be tried again.',
    'pt-BR':
      'O gateway não conseguiu enviar o arquivo ao WhatsApp. A mensagem foi guardada e será tentada de novo.',
  },
  new_people_limited: {
    en: 'WhatsApp does not let this number write to new people for now. Slow down, and try again in some days.',
    'pt-BR':
      'O WhatsApp não deixa este número escrever para pessoas novas por enquanto. Diminua o ritmo e tente em alguns dias.',
  },
  session_down: {
    en: 'The number is not connected to WhatsApp. The message was kept and leaves when it is connected again.',
    'pt-BR':
      'O número não está conectado ao WhatsApp. A mensagem foi guardada e sai quando ele se reconectar.',
  },
  whatsapp_away: {
    en: 'WhatsApp did not answer the gateway. The message was kept and will be tried again.',
    'pt-BR': 'O WhatsApp não respondeu ao gateway. A mensagem foi guardada e será tentada de novo.',
  },
} as const satisfies Partial<Record<WuzapiReason, ReasonWords>>;
