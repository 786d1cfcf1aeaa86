import type { LocalText, RedriveObstacle } from '@zaphub/types';

/** Why a message is not sent again, in plain words. */
export const obstacleWords: Readonly<Record<RedriveObstacle, LocalText>> = {
  opted_out: {
    en: 'This person asked for no messages, so it is not sent again.',
    'pt-BR': 'Esta pessoa pediu para não receber mensagens, então não será enviada de novo.',
  },
  contact_deleted: {
    en: 'The contact was deleted, so there is nobody to send it to.',
    'pt-BR': 'O contato foi apagado, então não há para quem enviar.',
  },
  no_phone: {
    en: 'The contact has no number. Correct the number first.',
    'pt-BR': 'O contato não tem número. Corrija o número primeiro.',
  },
  campaign_over: {
    en: 'The campaign was cancelled, so its messages are not sent again.',
    'pt-BR': 'A campanha foi cancelada, então as mensagens dela não são enviadas de novo.',
  },
  already_accepted: {
    en: 'WhatsApp had taken this message before it failed and would ignore it a second time. Send a new message instead.',
    'pt-BR':
      'O WhatsApp já tinha aceitado esta mensagem antes da falha e ignoraria um segundo pedido. Envie uma mensagem nova.',
  },
  not_failed: {
    en: 'This message has not failed: it waits, was sent, or is already being tried again.',
    'pt-BR': 'Esta mensagem não falhou: ela está na fila, foi enviada ou já está sendo tentada de novo.',
  },
};
