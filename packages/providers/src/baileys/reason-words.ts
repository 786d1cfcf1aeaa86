import type { ReasonWords } from '../cloud-api/reason-words.ts';

/** Codes that neither the Cloud API nor a gateway has, in plain words; the others are theirs. */
export const baileysWords = {
  connection_lost: {
    en: 'The connection to WhatsApp broke while it was being sent: it may or may not have arrived.',
    'pt-BR': 'A conexão com o WhatsApp caiu durante o envio: pode ter chegado ou não.',
  },
  devices_changed: {
    en: 'This person has changed devices. The message was kept and will be tried again.',
    'pt-BR': 'Esta pessoa trocou de aparelho. A mensagem foi guardada e será tentada de novo.',
  },
  media_unreachable: {
    en: 'The file could not be fetched from its link. Check that the link is public and begins with https.',
    'pt-BR': 'Não foi possível baixar o arquivo do link. Confira se o link é público e começa com https.',
  },
  not_allowed: {
    en: 'WhatsApp does not allow this number to send this. Slow down and check the number on its phone.',
    'pt-BR':
      'O WhatsApp não permite que este número envie isto. Diminua o ritmo e confira o número no celular.',
  },
} as const satisfies Readonly<Record<string, ReasonWords>>;
